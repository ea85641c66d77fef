// Walks the descriptors of the contract and holds them to its style: names, comments on everything,
// request_id on everything that changes state, pagination on every list.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

// Verbs of methods that leave everything as it was.
// What gives the log away, and not the register, is not told to the log as an act of an office.
bool OnlyReads(const std::string& method) {
  return method == "ExportEvents" || method == "ExportPolls" ||
         std::regex_search(method, std::regex("^(Get|List|Watch|Search|Check)[A-Z]"));
}

std::string UpperSnake(const std::string& camel) {
  std::string snake;
  for (size_t i = 0; i < camel.size(); ++i) {
    if (i > 0 && std::isupper(static_cast<unsigned char>(camel[i])) != 0) {
      snake += '_';
    }
    snake += static_cast<char>(std::toupper(static_cast<unsigned char>(camel[i])));
  }
  return snake;
}

class ProtoLint : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(TAANU_PROTOSET, std::ios::binary);
    FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&in)) << "cannot read " << TAANU_PROTOSET;
    for (const auto& file : set.file()) {
      ASSERT_NE(pool_.BuildFile(file), nullptr) << file.name();
      if (file.package() == "taanu.v1") {
        files_.push_back(pool_.FindFileByName(file.name()));
      }
    }
    ASSERT_GE(files_.size(), 6U);
  }

  void EachMessage(const std::function<void(const Descriptor&)>& visit) const {
    std::function<void(const Descriptor&)> down = [&](const Descriptor& message) {
      visit(message);
      for (int i = 0; i < message.nested_type_count(); ++i) {
        down(*message.nested_type(i));
      }
    };
    for (const FileDescriptor* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i) {
        down(*file->message_type(i));
      }
    }
  }

  void EachEnum(const std::function<void(const EnumDescriptor&)>& visit) const {
    for (const FileDescriptor* file : files_) {
      for (int i = 0; i < file->enum_type_count(); ++i) {
        visit(*file->enum_type(i));
      }
    }
    EachMessage([&](const Descriptor& message) {
      for (int i = 0; i < message.enum_type_count(); ++i) {
        visit(*message.enum_type(i));
      }
    });
  }

  void EachMethod(const std::function<void(const MethodDescriptor&)>& visit) const {
    for (const FileDescriptor* file : files_) {
      for (int i = 0; i < file->service_count(); ++i) {
        for (int j = 0; j < file->service(i)->method_count(); ++j) {
          visit(*file->service(i)->method(j));
        }
      }
    }
  }

  template <typename Described>
  static void ExpectComment(const Described& described, const std::string& name) {
    SourceLocation location;
    ASSERT_TRUE(described.GetSourceLocation(&location)) << name;
    EXPECT_TRUE(std::regex_search(location.leading_comments, std::regex("[A-Za-z].{4}")))
        << name << " has no comment";
  }

  DescriptorPool pool_;
  std::vector<const FileDescriptor*> files_;
};

TEST_F(ProtoLint, EverythingHasAComment) {
  EachMessage([](const Descriptor& message) {
    ExpectComment(message, message.full_name());
    for (int i = 0; i < message.field_count(); ++i) {
      ExpectComment(*message.field(i), message.field(i)->full_name());
    }
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      ExpectComment(*message.oneof_decl(i), message.oneof_decl(i)->full_name());
    }
  });
  EachEnum([](const EnumDescriptor& values) {
    ExpectComment(values, values.full_name());
    for (int i = 0; i < values.value_count(); ++i) {
      ExpectComment(*values.value(i), values.value(i)->full_name());
    }
  });
  EachMethod([](const MethodDescriptor& method) {
    ExpectComment(method, method.full_name());
    ExpectComment(*method.service(), method.service()->full_name());
  });
}

TEST_F(ProtoLint, NamesFollowTheStyle) {
  const std::regex camel("^([A-Z][a-z0-9]*)+$");
  const std::regex snake("^[a-z][a-z0-9]*(_[a-z0-9]+)*$");
  EachMessage([&](const Descriptor& message) {
    EXPECT_TRUE(std::regex_match(message.name(), camel)) << message.full_name();
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      EXPECT_TRUE(std::regex_match(field.name(), snake)) << field.full_name();
      // Times are Timestamps and end in _time (AIP-142); a count ends in _count (AIP-141).
      const bool is_timestamp = field.message_type() != nullptr &&
                                field.message_type()->full_name() == "google.protobuf.Timestamp";
      EXPECT_TRUE(!field.name().ends_with("_time") || is_timestamp) << field.full_name();
      EXPECT_TRUE(!is_timestamp || field.name().ends_with("_time") || field.name() == "hour")
          << field.full_name();
      EXPECT_FALSE(field.name().starts_with("num_") || field.name().starts_with("is_"))
          << field.full_name();
    }
  });
  EachEnum([&](const EnumDescriptor& values) {
    const std::string prefix = UpperSnake(values.name()) + "_";
    EXPECT_EQ(values.value(0)->name(), prefix + "UNSPECIFIED");
    EXPECT_EQ(values.value(0)->number(), 0);
    for (int i = 0; i < values.value_count(); ++i) {
      EXPECT_TRUE(values.value(i)->name().starts_with(prefix)) << values.value(i)->full_name();
    }
  });
  EachMethod([](const MethodDescriptor& method) {
    EXPECT_TRUE(method.service()->name().ends_with("Service")) << method.service()->full_name();
    EXPECT_EQ(method.input_type()->name(), method.name() + "Request") << method.full_name();
    EXPECT_EQ(method.output_type()->name(), method.name() + "Response") << method.full_name();
  });
}

TEST_F(ProtoLint, WhatChangesStateIsIdempotentByRequestId) {
  int changing = 0;
  EachMethod([&](const MethodDescriptor& method) {
    const FieldDescriptor* id = method.input_type()->FindFieldByName("request_id");
    if (OnlyReads(method.name())) {
      EXPECT_EQ(id, nullptr) << method.full_name() << " only reads: what is request_id for?";
      return;
    }
    ++changing;
    ASSERT_NE(id, nullptr) << method.full_name() << " changes state without a request_id";
    EXPECT_EQ(id->type(), FieldDescriptor::TYPE_STRING) << id->full_name();
    EXPECT_EQ(id->number(), 1) << id->full_name();
  });
  EXPECT_GE(changing, 6);
}

TEST_F(ProtoLint, EveryListIsPaginated) {
  int lists = 0;
  EachMethod([&](const MethodDescriptor& method) {
    if (!method.name().starts_with("List")) {
      return;
    }
    ++lists;
    const FieldDescriptor* size = method.input_type()->FindFieldByName("page_size");
    ASSERT_NE(size, nullptr) << method.full_name();
    EXPECT_EQ(size->type(), FieldDescriptor::TYPE_INT32) << size->full_name();
    ASSERT_NE(method.input_type()->FindFieldByName("page_token"), nullptr) << method.full_name();
    ASSERT_NE(method.output_type()->FindFieldByName("next_page_token"), nullptr)
        << method.full_name();
  });
  EXPECT_GE(lists, 4);
}

TEST_F(ProtoLint, EachRequestAndResponseServesOneMethod) {
  std::set<std::string> seen;
  EachMethod([&](const MethodDescriptor& method) {
    EXPECT_TRUE(seen.insert(method.input_type()->full_name()).second) << method.full_name();
    EXPECT_TRUE(seen.insert(method.output_type()->full_name()).second) << method.full_name();
  });
}

}  // namespace
