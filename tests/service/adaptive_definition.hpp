#pragma once
// An invented measure of two scales with six questions each, worded and calibrated as if people had answered,
// for sheets that ask only what tells most; beside all that the program brings along.

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "catalog/load.hpp"
#include "service/each_practice.hpp"

namespace securebase::service {

struct AdaptiveFiles {
  std::string instrument;
  std::string golden;
  std::string text;
  std::string calibration;
};

inline AdaptiveFiles adaptive_files() {
  AdaptiveFiles files;
  files.instrument = R"(schema = "securebase.instrument/1"
id = "two-ways"
version = "1"
name = "Two ways"
abbreviation = "TW"
family = "attachment"
summary = "Nothing but these tests."

[[sources]]
id = "own"
citation = "Made up for a test."

[[respondents]]
who = "self"
about = "oneself"

[licence]
wording = "shipped"
terms = "Do with it what you like."
holder = "nobody"
source = "own"
verified = true

[responses]
min = 1
max = 5
source = "own"
verified = true

[items]
count = 12

[[orders]]
id = "mixed"
name = "As written"
source = "own"
verified = true
)";
  files.golden = "schema = \"securebase.golden/1\"\n";
  files.calibration = R"(schema = "securebase.calibration/1"
instrument = "two-ways"
version = "1"

[[sources]]
id = "answers"
citation = "Made up for a test."
)";
  for (const auto& [id, first] : {std::pair("far", 1), std::pair("near", 2)}) {
    files.instrument += fmt::format(
        "\n[[scales]]\nid = \"{0}\"\nname = \"{0}\"\ndescription = \"Higher: more.\"\nverb = \"mean\"\n"
        "direction = \"higher_worse\"\nrange = [1, 5]\nitems = [{1}, {2}, {3}, {4}, {5}, {6}]\n"
        "source = \"own\"\nverified = true\n\n[scales.missing]\nrule = \"complete\"\nmax_missing = 0\n"
        "published = true\nsource = \"own\"\nverified = true\n",
        id, first, first + 2, first + 4, first + 6, first + 8, first + 10);
    files.calibration += fmt::format(
        "\n[[scales]]\nscale = \"{}\"\norder = \"mixed\"\nmodel = \"graded_response\"\nanswers = \"real\"\n"
        "sample = \"nobody\"\npeople = 800\nreliability = 0.9\nengine = \"this test\"\nsource = \"answers\"\n"
        "verified = true\n",
        id);
    for (int i = 0; i < 6; ++i) {
      const double at = -1 + 0.4 * i;
      files.calibration += fmt::format(
          "\n[[scales.items]]\nitem = {}\ndiscrimination = {:.1f}\ndiscrimination_error = 0.1\n"
          "locations = [{:.1f}, {:.1f}, {:.1f}, {:.1f}]\nlocation_errors = [0.1, 0.1, 0.1, 0.1]\n",
          first + 2 * i, 1.5 + 0.1 * i, at - 1.5, at - 0.5, at + 0.5, at + 1.5);
    }
  }
  for (const auto& [name, what, score] :
       {std::tuple("all lowest", "fill = 0", "1"), std::tuple("all highest", "fill = 9", "5"),
        std::tuple("worked", "answers = [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]", ""),
        std::tuple("missing", "fill = 2\nset = { \"1\" = \"skipped\", \"2\" = \"skipped\" }", "\"none\"")}) {
    const std::string far = *score == '\0' ? "2" : score;
    const std::string near = *score == '\0' ? "3" : score;
    files.golden += fmt::format(
        "\n[[cases]]\nname = \"{}\"\n{}\nscores = {{ far = {}, near = {} }}\nsource = \"by hand\"\n", name,
        what, far, near);
  }
  files.text =
      "schema = \"securebase.text/1\"\nlocale = \"en-GB\"\ntitle = \"Two ways\"\ninstruction = \"As it "
      "is.\"\n"
      "options = [\"never\", \"rarely\", \"at times\", \"often\", \"always\"]\n";
  for (int i = 1; i <= 12; ++i)
    files.text += fmt::format("\n[[items]]\nnumber = {0}\ntext = \"Invented question {0}\"\n", i);
  return files;
}

inline catalog::Instrument adaptive_instrument(const AdaptiveFiles& files = adaptive_files()) {
  std::vector<catalog::Document> documents{{"own/two-ways/1/golden.toml", files.golden},
                                           {"own/two-ways/1/instrument.toml", files.instrument},
                                           {"own/two-ways/1/text.en-GB.toml", files.text}};
  if (files.text.empty()) documents.pop_back();
  if (!files.calibration.empty()) documents.push_back({"own/two-ways/1/calibration.toml", files.calibration});
  auto loaded = catalog::load_instrument(documents);
  if (!loaded) throw std::logic_error(to_text(loaded.error().front()));
  return *std::move(loaded);
}

/// Everything that the program has, and this.
inline catalog::Library with_adaptive(catalog::Instrument instrument = adaptive_instrument()) {
  catalog::Library library = all_instruments();
  library.instruments.push_back(std::move(instrument));
  return library;
}

/// The practice of a test, with other definitions. They must outlive it.
inline Practice with_definitions(const Practice& practice, const catalog::Library& library) {
  return {practice.store,   practice.clock, practice.entropy,
          practice.secrets, library,        practice.portal_address};
}

}  // namespace securebase::service
