#include "catalog/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/printable.hpp"
#include "base/unseen.hpp"
#include "catalog/loinc.hpp"

namespace securebase::catalog {
namespace {

std::size_t size(int number) {
  return static_cast<std::size_t>(number);
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number at the end of a name such as "gad7.q3"; nothing where there is none, and for LOINC codes, whose
/// last digit is a check.
std::optional<int> number_of(const PackItem& item) {
  if (item.number) return item.number;
  const std::string& link = item.link;
  std::size_t begin = link.size();
  while (begin > 0 && is_digit(link[begin - 1])) --begin;
  const bool is_code = begin >= 2 && link[begin - 1] == '-' && is_digit(link[begin - 2]);
  constexpr std::size_t most_digits = 4;
  if (begin == link.size() || link.size() - begin > most_digits || is_code) return std::nullopt;
  int number = 0;
  std::from_chars(link.data() + begin, link.data() + link.size(), number);
  return number;
}

/// Why a text cannot be shown as it stands; nothing where it can. Never the text itself.
std::optional<std::string> unsound(const std::string& text) {
  if (text.size() > longest_pack_text)
    return fmt::format("{} bytes of text at most, and it has {}", longest_pack_text, text.size());
  if (const auto sign = unseen_sign(text); sign)
    return fmt::format("a sign that cannot be seen ({}): text without such signs is wanted", *sign);
  return std::nullopt;
}

bool is_piping_sign(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-' || c == ':' || c == '(' || c == ')';
}

/// Whether REDCap would put something else in a place of this text: "[first_name]", "[event_1_arm_1][age]",
/// "[sex:value]", "[survey-date-completed]". In words of people brackets hold blanks, capitals or signs.
bool is_piped(std::string_view text) {
  for (auto at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    const auto end = text.find(']', at);
    if (end == std::string_view::npos) return false;
    const auto inside = text.substr(at + 1, end - at - 1);
    const bool begins = !inside.empty() && inside.front() >= 'a' && inside.front() <= 'z';
    if (begins && std::all_of(inside.begin(), inside.end(), is_piping_sign)) return true;
  }
  return false;
}

class Matcher {
 public:
  Matcher(const Pack& pack, const Instrument& instrument, const Order& order)
      : pack_(pack), instrument_(instrument), order_(order) {
    if (&order == &instrument.orders.front()) loinc_ = find_loinc(instrument);
  }

  PackReview review(const std::vector<std::string>& leave_out) {
    review_.rest = pack_.rest;
    check_form();
    check_whole("title", pack_.title);
    check_whole("instruction", pack_.instruction);
    if (const auto sign = unseen_sign(pack_.copyright + pack_.version); sign)
      differ("pack.text", fmt::format("what the file states of copyright and version: a sign that cannot be "
                                      "seen ({}): text without such signs is wanted",
                                      sign->substr(0, sign->find(','))));
    choose_items(leave_out);
    check_count();
    check_sequence();
    const std::size_t most = std::min(items_.size(), positions_.size());
    for (std::size_t i = 0; i < most; ++i) match(positions_[i], *items_[i]);
    check_words();
    note_answers();
    return std::move(review_);
  }

 private:
  using Values = std::map<std::string, int>;  ///< of an item's answers, by their words

  void differ(std::string code, std::string detail, const PackItem* item = nullptr) {
    Place where{pack_.file, 0, 0, ""};
    if (item != nullptr) where = {pack_.file, item->where.line, item->where.column, printable(item->link)};
    review_.differences.push_back({ErrorKind::bad_data, std::move(code), std::move(detail), where});
  }

  void check_whole(std::string_view what, const std::string& text) {
    if (const auto why = unsound(text); why) differ("pack.text", fmt::format("the {}: {}", what, *why));
    check_piping(fmt::format("the {}", what), text);
  }

  void check_piping(const std::string& what, const std::string& text, const PackItem* item = nullptr) {
    if (pack_.format == PackFormat::redcap && is_piped(text))
      differ("pack.piping",
             what +
                 ": REDCap fills in what is in square brackets, and here it would be shown as it stands: "
                 "words without it are wanted",
             item);
  }

  void check_form() {
    for (const std::string& code : pack_.codes) {
      const LoincCodes* form = find_loinc_form(code);
      if (form != nullptr && form->instrument != instrument_.id)
        differ("pack.instrument", fmt::format("the form's LOINC code {} is that of {}, and this is {}", code,
                                              form->instrument, instrument_.id));
    }
  }

  void choose_items(const std::vector<std::string>& leave_out) {
    std::set<std::string> unused(leave_out.begin(), leave_out.end());
    for (const PackItem& item : pack_.items)
      if (unused.erase(item.link) == 1)
        review_.rest.push_back({item.link, "left out, as asked"});
      else
        items_.push_back(&item);
    for (const std::string& link : unused)
      differ("pack.leave_out", fmt::format("there is no item '{}' to leave out", printable(link)));
    const bool as_it_is = fits(items_.size());
    if (!as_it_is && leave_out.empty() && pack_.before_result && fits(*pack_.before_result))
      leave_out_behind(*pack_.before_result);
    choose_positions();
  }

  void leave_out_behind(std::size_t result) {
    for (std::size_t i = result; i < items_.size(); ++i)
      review_.rest.push_back(
          {items_[i]->link, "behind the form's own result, and no item of the instrument"});
    items_.resize(result);
  }

  /// As many as all items, or as those that are not optional.
  [[nodiscard]] bool fits(std::size_t count) const {
    return count == instrument_.items.size() || count == needed();
  }
  [[nodiscard]] std::size_t needed() const {
    return size(static_cast<int>(std::count_if(instrument_.items.begin(), instrument_.items.end(),
                                               [](const Item& item) { return !item.optional; })));
  }

  void choose_positions() {
    const bool all = items_.size() == instrument_.items.size() || items_.size() != needed();
    for (std::size_t i = 0; i < instrument_.items.size(); ++i)
      if (all || !instrument_.items[i].optional) positions_.push_back(static_cast<int>(i) + 1);
  }

  void check_count() {
    if (items_.size() == positions_.size()) return;
    const auto counts = fmt::format("the form has {} item{}, the instrument {}", items_.size(),
                                    items_.size() == 1 ? "" : "s", positions_.size());
    if (items_.size() > positions_.size()) {
      for (std::size_t i = positions_.size(); i < items_.size(); ++i)
        differ("pack.count",
               counts + ": this one is too many, or another before it: leave out what is none of it",
               items_[i]);
      return;
    }
    const std::vector<int> missing = missing_items();
    for (const int position : missing)
      differ("pack.count", fmt::format("{}: item {}{} is not in the form", counts, position, gist(position)));
    if (missing.empty())
      differ("pack.count", fmt::format("{}: the form ends where item {}{} is wanted, or lacks one before it",
                                       counts, items_.size() + 1, gist(static_cast<int>(items_.size()) + 1)));
  }

  [[nodiscard]] std::string gist(int position) const {
    if (&order_ != &instrument_.orders.front()) return "";
    const std::string& words = instrument_.items.at(size(position - 1)).gist;
    return words.empty() ? "" : fmt::format(" ({})", words);
  }

  /// By LOINC code or by number, where all items have one; else nothing.
  [[nodiscard]] std::vector<int> missing_items() const {
    std::set<int> there;
    for (const PackItem* item : items_)
      if (const int position = loinc_position(*item); position > 0) there.insert(position);
    if (there.size() < items_.size()) {
      there.clear();
      for (const PackItem* item : items_)
        if (const auto number = number_of(*item)) there.insert(*number);
    }
    std::vector<int> missing;
    for (const int position : positions_)
      if (!there.contains(position)) missing.push_back(position);
    if (there.size() < items_.size() || missing.size() + items_.size() != positions_.size()) return {};
    return missing;
  }

  [[nodiscard]] int loinc_position(const PackItem& item) const {
    if (loinc_ == nullptr) return 0;
    for (const std::string& code : item.codes)
      if (const int position = position_of(*loinc_, code); position > 0) return position;
    return 0;
  }

  void check_sequence() {
    if (items_.size() != positions_.size()) return;
    std::vector<std::pair<std::size_t, int>> wrong;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (const int says = loinc_position(*items_[i]); says > 0 && says != positions_[i])
        wrong.emplace_back(i, says);
    for (const auto& [i, says] : wrong)
      differ("pack.order",
             fmt::format("stands where item {}{} is wanted, and its LOINC code is that of item {}{}",
                         positions_[i], gist(positions_[i]), says, gist(says)),
             items_[i]);
    if (wrong.empty()) check_numbers();
  }

  /// Numbers that are a whole run, and not in its sequence.
  void check_numbers() {
    std::vector<int> numbers;
    numbers.reserve(items_.size());
    for (const PackItem* item : items_)
      if (const auto number = number_of(*item)) numbers.push_back(*number);
    if (numbers.empty() || numbers.size() != items_.size()) return;
    const int first = *std::min_element(numbers.begin(), numbers.end());
    const std::set<int> all(numbers.begin(), numbers.end());
    if (all.size() != numbers.size() || size(*all.rbegin() - first) + 1 != numbers.size()) return;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (const int says = numbers[i] - first + 1; size(says) != i + 1)
        differ("pack.order",
               fmt::format("stands where item {}{} is wanted, and its number is that of item {}{}",
                           positions_[i], gist(positions_[i]), says, gist(says)),
               items_[i]);
  }

  void match(int position, const PackItem& item) {
    const AnswerRange range = range_in_order(instrument_, order_, position);
    if (is_blank(item.text))
      differ("pack.text", fmt::format("item {}: it has no words", position), &item);
    else if (const auto why = unsound(item.text); why)
      differ("pack.text", fmt::format("item {}: {}", position, *why), &item);
    check_piping(fmt::format("item {}", position), item.text, &item);
    if (item.conditional) conditional_.push_back(position);
    std::vector<std::string> words;
    if (!item.answers.empty())
      words = words_of(position, range, item);
    else
      check_unlisted(position, range, item);
    const bool numbered_alike = &order_ == &instrument_.orders.front();
    review_.items.push_back({position, numbered_alike ? instrument_.items.at(size(position - 1)).gist : "",
                             item.link, range, item.text, std::move(words)});
  }

  void check_unlisted(int position, AnswerRange range, const PackItem& item) {
    if (item.range && *item.range != range)
      differ("pack.value",
             fmt::format("item {} takes numbers from {} to {} in the form, and {} to {} here", position,
                         item.range->min, item.range->max, range.min, range.max),
             &item);
    if (!item.range && item.value_set.empty())
      differ("pack.answers",
             fmt::format("item {} has no answers, and {} to {} are wanted", position, range.min, range.max),
             &item);
    if (!item.range) value_sets_.insert(item.value_set);
  }

  /// From the lowest value to the highest; none where they are not those of the definition, or have no words.
  std::vector<std::string> words_of(int position, AnswerRange range, const PackItem& item) {
    const std::size_t before = review_.differences.size();
    std::map<int, std::string> found;
    for (std::size_t k = 0; k < item.answers.size(); ++k) {
      take(position, range, item, k, found);
      check_piping(fmt::format("item {}, answer {}", position, k + 1), item.answers[k].text, &item);
    }
    for (int value = range.min; value <= range.max; ++value)
      if (!found.contains(value))
        differ("pack.answer_missing",
               fmt::format("item {} has no answer with the value {}: {} to {} are wanted", position, value,
                           range.min, range.max),
               &item);
    if (review_.differences.size() > before) return {};
    check_direction(position, item);
    std::vector<std::string> words;
    words.reserve(found.size());
    for (auto& [value, text] : found) words.push_back(std::move(text));
    const auto empty = std::count_if(words.begin(), words.end(), is_blank);
    if (empty == std::ssize(words)) return {};
    if (empty > 0)
      differ("pack.answer_text",
             fmt::format("item {} has {} answers with words and {} without: all of them, or none", position,
                         std::ssize(words) - empty, empty),
             &item);
    remember(position, item);
    return words;
  }

  void take(int position, AnswerRange range, const PackItem& item, std::size_t k,
            std::map<int, std::string>& found) {
    const PackAnswer& answer = item.answers[k];
    const auto wanted = fmt::format("{} to {} are wanted", range.min, range.max);
    if (!answer.value)
      differ("pack.value_missing",
             fmt::format("item {}, answer {}: no whole value is stated; {}", position, k + 1, wanted), &item);
    else if (*answer.value < range.min || *answer.value > range.max)
      differ("pack.value",
             fmt::format("item {}, answer {}: the value is {}; {}", position, k + 1, *answer.value, wanted),
             &item);
    else if (!found.emplace(*answer.value, answer.text).second)
      differ("pack.value_twice",
             fmt::format("item {}, answer {}: the value {} is there twice", position, k + 1, *answer.value),
             &item);
    else if (const auto why = unsound(answer.text); why)
      differ("pack.text", fmt::format("item {}, answer {}: {}", position, k + 1, *why), &item);
  }

  void check_direction(int position, const PackItem& item) {
    const auto rises = [](const PackAnswer& a, const PackAnswer& b) { return *a.value < *b.value; };
    if (std::is_sorted(item.answers.begin(), item.answers.end(), rises)) return;
    if (std::is_sorted(item.answers.rbegin(), item.answers.rend(), rises))
      falling_.push_back(position);
    else
      differ("pack.answer_order",
             fmt::format("item {}: the values of its answers go up and down; rising is wanted, or falling",
                         position),
             &item);
  }

  /// What each answer's words are worth, to be compared among the items.
  void remember(int position, const PackItem& item) {
    Values values;
    for (const PackAnswer& answer : item.answers) values.emplace(answer.text, *answer.value);
    if (values.size() == item.answers.size()) values_.emplace_back(position, &item, std::move(values));
  }

  /// The same words with other values: of an item that the form has reversed already.
  void check_words() {
    for (std::size_t i = 1; i < values_.size(); ++i) {
      const auto& [position, item, values] = values_[i];
      for (std::size_t earlier = 0; earlier < i; ++earlier) {
        const auto& [other, other_item, others] = values_[earlier];
        const bool same_words = std::equal(values.begin(), values.end(), others.begin(), others.end(),
                                           [](const auto& a, const auto& b) { return a.first == b.first; });
        if (!same_words) continue;
        if (values != others)
          differ(
              "pack.reversed",
              fmt::format("item {}: its answers have the words of item {} and other values: the form seems "
                          "to hold reversed values, and raw ones are wanted; the instrument reverses",
                          position, other),
              item);
        break;
      }
    }
  }

  void note_answers() {
    if (!falling_.empty())
      review_.notes.push_back(
          fmt::format("The form shows the answers of {} item{} from the highest to the lowest; this program "
                      "shows the lowest first. Their values are the same.",
                      falling_.size(), falling_.size() == 1 ? "" : "s"));
    if (!conditional_.empty())
      review_.notes.push_back(fmt::format("The form asks {} under a condition; this program always asks.",
                                          conditional_.size() == 1 ? "one item" : "some items"));
    for (const std::string& name : value_sets_)
      review_.notes.push_back(
          fmt::format("The words of the answers are not in the file: they are in the value set {}. Answers "
                      "are shown by number, unless their words are given beside it.",
                      printable(name, 200)));
  }

  const Pack& pack_;
  const Instrument& instrument_;
  const Order& order_;
  const LoincCodes* loinc_ = nullptr;
  PackReview review_;
  std::vector<const PackItem*> items_;
  std::vector<int> positions_;
  std::vector<std::tuple<int, const PackItem*, Values>> values_;
  std::vector<int> falling_;
  std::vector<int> conditional_;
  std::set<std::string> value_sets_;
};

}  // namespace

std::string_view to_text(PackFormat format) {
  switch (format) {
    case PackFormat::fhir_r4:
      return "FHIR R4 Questionnaire";
    case PackFormat::fhir_r5:
      return "FHIR R5 Questionnaire";
    case PackFormat::redcap:
      return "REDCap data dictionary";
    case PackFormat::osd:
      return "OpenScales definition";
  }
  return "";
}

PackReview match_pack(const Pack& pack, const Instrument& instrument, const Order& order,
                      const std::vector<std::string>& leave_out) {
  return Matcher(pack, instrument, order).review(leave_out);
}

Text text_of(const Pack& pack, const PackReview& review, const Instrument& instrument, const Order& order) {
  Text text{pack.language, pack.title, pack.instruction, {}, {}};
  text.items.resize(instrument.items.size());
  std::set<std::vector<std::string>> usual;
  bool all_have = true;
  for (const PackMatch& match : review.items) {
    text.items.at(size(match.item - 1)) = {match.text, match.answers};
    if (match.range != order.range) continue;
    all_have = all_have && !match.answers.empty();
    usual.insert(match.answers);
  }
  if (!all_have || usual.size() != 1) return text;
  text.options = *usual.begin();
  for (const PackMatch& match : review.items)
    if (match.range == order.range) text.items.at(size(match.item - 1)).options.clear();
  return text;
}

}  // namespace securebase::catalog
