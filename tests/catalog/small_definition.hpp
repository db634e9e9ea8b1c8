#pragma once
// A small valid definition, with one of everything a definition can hold; tests change one thing in it.

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/load.hpp"

namespace securebase::testing {

inline constexpr std::string_view small_instrument = R"(schema = "securebase.instrument/1"
id = "tiny"
version = "1"
name = "A tiny form"
abbreviation = "TF"
family = "wellbeing"
summary = "Nothing but this test."
recall = "the last week"
caution = "Made up."

[[sources]]
id = "book"
citation = "Author (2001). A book."
url = "https://example.org/book"

[[sources]]
id = "paper"
citation = "Author (2002). A paper."

[[respondents]]
who = "self"
about = "a partner"
names_figure = true

[licence]
wording = "imported"
terms = "Ask first."
holder = "the author"
attribution = "By the author."
source = "book"
verified = false
note = "from memory"

[responses]
min = 1
max = 5
source = "book"
verified = true

[items]
count = 6
filler = [6]
optional = [5]
gists = { "1" = "calm", "6" = "weather" }
ranges = [{ items = [5], min = 0, max = 3 }]

[[orders]]
id = "first"
name = "As published"
source = "book"
verified = true

[[orders]]
id = "shuffled"
name = "Another order"
missing_codes = [-9, 99]
source = "paper"
verified = true

[[orders]]
id = "seven"
name = "Seven answers"
min = 1
max = 7
source = "paper"
verified = false

[[scales]]
id = "total"
name = "Total"
description = "Higher: more of it."
verb = "mean"
direction = "higher_worse"
range = [1, 5]
items = [1, 2, 3]
reversed = [2]
weights = [1, 2, 1.5]
source = "book"
verified = true

[[scales.orders]]
order = "shuffled"
items = [3, 1, 2]
reversed = [1]
weights = [1, 2, 1.5]

[scales.missing]
rule = "prorate"
max_missing = 1
counted_over = "form"
published = true
source = "book"
verified = true

[[scales.reliabilities]]
kind = "test_retest"
value = 0.8
interval_days = 14
group = "students"
source = "paper"
verified = true

[[scales.norms]]
group = "community"
sample = "a made-up sample"
gender = "female"
age_from = 18
age_to = 65
n = 100
mean = 2.5
sd = 1
percentile = "table"
percentiles = [[1, 10], [3, 60], [5, 100]]
source = "paper"
verified = true

[[scales.bands]]
levels = [{ from = 1, label = "low" }, { from = 3, label = "high" }]
meaning = "No more than a word."
source = "paper"
verified = true

[[scales.cutoffs]]
label = "high"
value = 3.5
side = "at_or_above"
clinical_boundary = true
source = "paper"
verified = true

[[scales.changes]]
kind = "important"
points = 1.2
basis = "from the made-up sample"
source = "paper"
verified = true

[[scales]]
id = "steps"
name = "Steps"
description = "Higher: more steps."
verb = "sum"
multiply = 2
direction = "contested"
range = [0, 12]
items = [4, 5]
recodes = [{ items = [4], table = { "1" = 0, "2" = 1, "3" = 3, "4" = 2, "5" = 0 } }]
source = "book"
verified = true
note = "a key with a recode table"

[[scales.orders]]
order = "seven"
items = [4, 5]
recodes = [{ items = [4], table = { "1" = 0, "2" = 1, "3" = 3, "4" = 2, "5" = 0, "6" = 0, "7" = 0 } }]

[[scales]]
id = "often"
name = "Often"
description = "Higher: more often."
verb = "count"
threshold = 4
direction = "higher_better"
range = [0, 2]
items = [1, 2]
source = "book"
verified = true
)";

inline constexpr std::string_view small_rules = R"(
[[criteria]]
id = "base"
name = "Base pattern"
conditions = [{ items = [1, 2], at_least = 4, count = 2 }]
meaning = "Not a diagnosis."
source = "book"
verified = true

[[criteria]]
id = "wide"
name = "Wide pattern"
requires = ["base"]
excludes = ["base"]
meaning = "Not a diagnosis."
source = "book"
verified = true

[[risks]]
items = [3]
at_least = 2
topic = "not wanting to be here"
source = "book"
verified = true

[[rules]]
action = "show_help_if"
item = 3
at_least = 2

[[rules]]
action = "show_item_if"
item = 1
at_least = 4
target_items = [4, 5]
)";

inline constexpr std::string_view small_golden = R"(schema = "securebase.golden/1"

[[cases]]
name = "all minimum"
fill = 0
scores = { total = 2.77777777777778, steps = 0, often = 0 }
source = "by hand"

[[cases]]
name = "all maximum"
fill = 9
scores = { total = 3.22222222222222, steps = 6, often = 2 }
bands = { total = "high" }
source = "by hand"

[[cases]]
name = "worked"
answers = [2, 4, 3, 3, 2, 1]
scores = { total = 2.33333333333333, steps = 10, often = 1 }
source = "by hand"

[[cases]]
name = "missing"
order = "shuffled"
fill = 2
set = { "1" = "skipped", "4" = "not_applicable" }
scores = { total = "none", steps = "none", often = "none" }
source = "by the missing rule"

[[cases]]
name = "another order"
order = "shuffled"
fill = 3
scores = { total = 3, steps = 12, often = 0 }
source = "by hand"

[[cases]]
name = "seven answers"
order = "seven"
fill = 4
scores = { total = 4, steps = 12, often = 2 }
source = "by hand"
)";

inline constexpr std::string_view small_text = R"(schema = "securebase.text/1"
locale = "en-GB"
title = "A tiny form"
instruction = "Answer each line."
options = ["never", "rarely", "at times", "often", "always"]

[[items]]
number = 2
text = "Two."

[[items]]
number = 1
text = "One."

[[items]]
number = 3
text = "Three."

[[items]]
number = 4
text = "Four."

[[items]]
number = 5
text = "Five."
options = ["none", "one", "two", "three"]

[[items]]
number = 6
text = "Six."
)";

/// One replacement in a text; throws where there is nothing to replace, so that no case tests nothing.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("nothing to replace: " + std::string(from));
  return text.replace(at, from.size(), to);
}

/// The number, from 1, of the first line with `part` in it.
inline std::size_t line_of(std::string_view text, std::string_view part) {
  const auto at = text.find(part);
  if (at == std::string_view::npos) throw std::logic_error("no line has: " + std::string(part));
  std::size_t line = 1;
  for (const char c : text.substr(0, at)) line += c == '\n' ? 1U : 0U;
  return line;
}

/// What names items by position holds in every order, so it has no "shuffled" and no "seven".
inline std::string without_own_orders(std::string text) {
  const auto cut = [&](std::string_view from, std::string_view to) {
    const auto begin = text.find(from);
    text.erase(begin, text.find(to, begin) - begin);
  };
  cut("[[orders]]\nid = \"shuffled\"", "[[scales]]\nid = \"total\"");
  cut("[[scales.orders]]\norder = \"shuffled\"", "[scales.missing]");
  cut("[[scales.orders]]\norder = \"seven\"", "[[scales]]\nid = \"often\"");
  return text;
}

inline std::string golden_without_own_orders() {
  std::string text(small_golden);
  text.erase(text.find("[[cases]]\nname = \"another order\""));
  return replaced(text, "order = \"shuffled\"\n", "");
}

/// The files of a definition, in a folder of the right name.
struct Files {
  std::string instrument{small_instrument};
  std::string golden{small_golden};
  std::string text;  ///< empty: no such file

  [[nodiscard]] std::vector<catalog::Document> documents(const std::string& folder = "own/tiny/1") const {
    std::vector<catalog::Document> files{{folder + "/golden.toml", golden},
                                         {folder + "/instrument.toml", instrument}};
    if (!text.empty()) files.push_back({folder + "/text.en-GB.toml", text});
    return files;
  }
};

/// A definition with criteria, risks and rules.
inline Files files_with_rules() {
  return {without_own_orders(std::string(small_instrument)) + std::string(small_rules),
          golden_without_own_orders(), ""};
}

/// A definition with wording.
inline Files files_with_text() {
  return {replaced(std::string(small_instrument), "wording = \"imported\"", "wording = \"shipped\""),
          std::string(small_golden), std::string(small_text)};
}

}  // namespace securebase::testing
