# cmake -DOUT=FILE.cc -DFOLDER=terminal -DFILES="a;b" -P embed.cmake
# Writes the files as one C++ source with taanu::terminal::Assets(), byte for byte.
set(arrays "")
set(table "")
set(number 0)
foreach(file ${FILES})
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  get_filename_component(name ${file} NAME)
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(kFile${number}), ${length}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Written by embed.cmake.
#include \"service/${FOLDER}/asset.h\"

namespace taanu::${FOLDER} {
namespace {
${arrays}
const page::Asset kAssets[] = {
${table}};
}  // namespace

std::span<const page::Asset> Assets() { return kAssets; }

}  // namespace taanu::${FOLDER}
")
