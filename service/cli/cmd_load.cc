// taanu load: fills the register from a manifest.
#include <memory>

#include "enroll/image/image.h"
#include "service/cli/commands.h"
#include "service/cli/load_run.h"

namespace taanu::cli {

void RegisterLoad(CLI::App& app, Context& context) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"load", "Fill the register from a manifest of voters and samples of their fingers",
       "taanu load register/manifest.csv --dry-run\n"
       "taanu load register/manifest.csv --dpi 500 --create-precincts\n"
       "taanu load voters.jsonl --samples prints.tar\n"
       "taanu load register/manifest.rejects.csv   # the rejected rows, mended\n"
       "taanu load register/manifest.csv --resume  # after it was cut off"},
      [options, &context] { return RunLoad(*options, context); });
  command
      ->add_option("MANIFEST", options->manifest,
                   "CSV, the first row naming the columns, or JSON Lines; told by content")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--samples,--images", options->samples,
                      "The folder or tar archive of the samples (default: the manifest's folder)");
  command->add_option(
      "--rejects", options->rejects,
      "Where rejected rows go (default: MANIFEST with .rejects.csv or .jsonl, and with "
      ".dry-run before that in a dry run)");
  auto* create = command->add_flag("--create-precincts", options->create_precincts,
                                   "First create the precincts that the manifest names");
  command->add_flag("--reject-unusable", options->reject_unusable,
                    "Reject a row with a finger that gives no reference, instead of enrolling the "
                    "voter without that finger");
  auto* dry_run = command
                      ->add_flag("--dry-run", options->dry_run,
                                 "Have the daemon check every row and sample, and store nothing")
                      ->excludes(create);
  command->add_flag("--resume", options->resume, "Go on where a load was cut off")
      ->excludes(dry_run);
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
