#include "wire/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "catalog/language.hpp"
#include "wire/pack_format.hpp"

namespace securebase::wire {
namespace {

using catalog::Pack;
using catalog::PackAnswer;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What is behind '<', up to the tag's end: "br", "/p"; empty where it is no tag.
std::string_view tag_at(std::string_view markup, std::size_t at) {
  if (at + 1 >= markup.size()) return {};
  const char next = markup[at + 1];
  if (!is_letter(next) && next != '/' && next != '!') return {};
  const auto end = markup.find('>', at);
  return end == std::string_view::npos ? std::string_view() : markup.substr(at + 1, end - at - 1);
}

bool ends_line(std::string_view tag) {
  std::string name;
  for (const char c : tag)
    if (is_letter(c) || c == '/' || (c >= '1' && c <= '6'))
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    else
      break;
  constexpr std::array<std::string_view, 11> enders = {"br",  "br/", "/p",  "/div", "/li", "/h1",
                                                       "/h2", "/h3", "/h4", "/tr",  "/h5"};
  return std::find(enders.begin(), enders.end(), name) != enders.end();
}

/// The character of "&amp;" at the beginning, and how many bytes it was written in; 0: no entity.
std::pair<std::string_view, std::size_t> entity(std::string_view markup) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"&amp;", "&"}, {"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""},
      {"&#39;", "'"}, {"&apos;", "'"}, {"&nbsp;", " "}, {"&#160;", " "}};
  for (const auto& [written, character] : known)
    if (markup.starts_with(written)) return {character, written.size()};
  return {{}, 0};
}

/// Line by line without blanks around, empty lines left out.
std::string tidy(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = trimmed(text.substr(0, end)); !line.empty()) append_line(lines, line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string primary(std::string_view language) {
  return std::string(language.substr(0, language.find('-')));
}

/// Line ends of Windows are no signs of the text.
void unify_lines(std::string& text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r')
      lines += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      lines += '\n';
  text = std::move(lines);
}

void unify_lines(Pack& pack) {
  for (std::string* text : {&pack.title, &pack.version, &pack.copyright, &pack.instruction})
    unify_lines(*text);
  for (catalog::PackItem& item : pack.items) {
    unify_lines(item.text);
    for (PackAnswer& answer : item.answers) unify_lines(answer.text);
  }
}

/// The language that was chosen, else that of the file. Either is a tag as catalog/language.hpp has it.
Result<bool> settle_language(Pack& pack, const PackChoice& choice) {
  const auto refuse = [&](std::string detail) {
    return fail(ErrorKind::bad_data, "pack.language", std::move(detail), Place{pack.file, 0, 0, "language"});
  };
  const auto stated = language_of_file(pack.language);
  const auto chosen = catalog::language_tag(choice.language);
  if (!choice.language.empty() && !chosen) return refuse(std::string(catalog::valid_language));
  if (!chosen && !pack.language.empty() && !stated)
    return refuse(
        fmt::format("the file's own is none that is known: say it yourself, {}", catalog::valid_language));
  if (chosen && stated && primary(*chosen) != primary(*stated))
    return refuse(fmt::format("the file says that its language is {}", *stated));
  pack.language = chosen ? *chosen : stated.value_or("");
  return true;
}

Result<Pack> parse_as_json(const std::string& name, std::string_view bytes, const PackChoice& choice) {
  auto root = parse_json(bytes);
  if (!root) {
    Error error = root.error();
    error.kind = ErrorKind::bad_data;
    error.where.name = name;
    return tl::unexpected(std::move(error));
  }
  if (root->find("resourceType") != nullptr) return parse_fhir(name, *root, choice);
  if (root->find("definition") != nullptr || root->find("osd_version") != nullptr)
    return parse_osd(name, *root, choice);
  return fail(ErrorKind::bad_data, "pack.format",
              "a FHIR Questionnaire (with resourceType), or an OpenScales .osd file (with definition and "
              "translations)",
              Place{name, 1, 0, ""});
}

/// Answers that were given beside the file stand in where it lists none. Neither they nor a form's name are
/// passed over where they mean nothing.
Result<bool> give_answers(Pack& pack, const PackChoice& choice) {
  if (!choice.form.empty() && pack.format != catalog::PackFormat::redcap)
    return fail(ErrorKind::bad_data, "pack.form", "a form is chosen of a REDCap data dictionary only",
                Place{pack.file, 0, 0, "form"});
  if (choice.answers.empty()) return true;
  bool any = false;
  for (catalog::PackItem& item : pack.items)
    if (item.answers.empty() && !item.value_set.empty()) {
      item.answers = choice.answers;
      item.value_set.clear();
      any = true;
    }
  if (any) return true;
  return fail(
      ErrorKind::bad_data, "pack.given_answers",
      "words of answers are given beside a file where it refers to a list elsewhere: this one has the "
      "answers of every item",
      Place{pack.file, 0, 0, "answers"});
}

}  // namespace

Result<Pack> parse_pack(const std::string& name, std::string_view bytes, const PackChoice& choice) {
  if (bytes.size() > largest_pack)
    return fail(ErrorKind::bad_data, "pack.too_large", "4 MiB at most", Place{name, 0, 0, ""});
  std::string_view text = bytes;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::string_view begin = trimmed(text);
  const bool is_json = begin.starts_with('{') || begin.starts_with('[');
  auto pack = is_json ? parse_as_json(name, text, choice) : parse_redcap(name, text, choice);
  if (!pack) return pack;
  if (pack->items.empty())
    return fail(ErrorKind::bad_data, "pack.empty", "an item with answers to choose from",
                Place{name, 0, 0, ""});
  if (auto settled = settle_language(*pack, choice); !settled) return tl::unexpected(settled.error());
  if (auto given = give_answers(*pack, choice); !given) return tl::unexpected(given.error());
  unify_lines(*pack);
  return pack;
}

std::string plain_words(std::string_view markup) {
  std::string text;
  for (std::size_t at = 0; at < markup.size();) {
    if (const auto tag = markup[at] == '<' ? tag_at(markup, at) : std::string_view(); !tag.empty()) {
      if (ends_line(tag)) text += '\n';
      at += tag.size() + 2;
    } else if (const auto [character, written] = entity(markup.substr(at)); written > 0) {
      text += character;
      at += written;
    } else {
      text += markup[at++];
    }
  }
  return tidy(text);
}

const std::string* as_text(const Node* node) {
  const auto* text = node == nullptr ? nullptr : node->as<Private<std::string>>();
  return text == nullptr ? nullptr : &text->reveal();
}

std::string text_at(const Node& node, std::string_view member) {
  const auto* text = as_text(node.find(member));
  return text == nullptr ? "" : *text;
}

std::optional<int> as_whole(const Node* node) {
  if (node == nullptr) return std::nullopt;
  double number = largest_answer + 1.0;
  if (const auto* whole = node->as<std::int64_t>())
    number = static_cast<double>(*whole);
  else if (const auto* real = node->as<double>())
    number = *real;
  if (number != std::floor(number) || std::abs(number) > largest_answer) return std::nullopt;
  return static_cast<int>(number);
}

std::optional<int> parse_whole(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::abs(number) <= largest_answer ? std::optional(number) : std::nullopt;
}

std::optional<int> parse_number(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && (text.front() == 'Q' || text.front() == 'q')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '.' || text.back() == ')' || text.back() == ':'))
    text.remove_suffix(1);
  const auto number = parse_whole(text);
  return number && *number > 0 ? number : std::nullopt;
}

void append_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::optional<std::string> language_of_file(std::string_view written) {
  std::string tag(written);
  std::replace(tag.begin(), tag.end(), '_', '-');
  return catalog::language_tag(tag);
}

}  // namespace securebase::wire
