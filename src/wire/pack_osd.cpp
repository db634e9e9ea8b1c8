// An OpenScales definition with its translations (.osd) as a pack.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/printable.hpp"
#include "catalog/language.hpp"
#include "wire/pack_format.hpp"

namespace securebase::wire {
namespace {

using catalog::Pack;
using catalog::PackAnswer;
using catalog::PackItem;

constexpr std::array<std::string_view, 5> other_types = {"multicheck", "short", "long", "image",
                                                         "imageresponse"};

/// A Likert format: of an item, of a named scale, or of all.
struct Points {
  int min = 1;
  int points = 0;
  const Node* labels = nullptr;
};

class OsdReader {
 public:
  OsdReader(std::string name, const Node& root, const PackChoice& choice) : root_(root), choice_(choice) {
    pack_.format = catalog::PackFormat::osd;
    pack_.file = std::move(name);
  }

  Result<Pack> read() {
    definition_ = root_.find("definition");
    const Node* items = definition_ == nullptr ? nullptr : definition_->find("items");
    const auto* array = items == nullptr ? nullptr : items->as<Node::Array>();
    if (array == nullptr) return refuse("osd.shape", "definition.items is an array", "definition.items");
    if (auto chosen = choose_language(); !chosen) return tl::unexpected(chosen.error());
    take_info();
    for (std::size_t i = 0; i < array->size(); ++i)
      if (auto taken = take((*array)[i], fmt::format("definition.items[{}]", i + 1)); !taken)
        return tl::unexpected(taken.error());
    place_head();
    return std::move(pack_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string code, std::string detail, std::string path) const {
    return fail(ErrorKind::bad_data, std::move(code), std::move(detail),
                Place{pack_.file, 0, 0, std::move(path)});
  }

  Result<bool> choose_language() {
    const Node* all = root_.find("translations");
    const auto* translations = all == nullptr ? nullptr : all->as<Node::Object>();
    if (translations == nullptr || translations->empty())
      return refuse("osd.shape",
                    "translations by language: pack definition and translations as one .osd file",
                    "translations");
    std::vector<std::string> languages;
    for (const Member& one : *translations) languages.push_back(printable(one.name, 20));
    const auto wanted = catalog::language_tag(choice_.language);
    for (const Member& one : *translations)
      if (wanted ? language_of_file(one.name) == wanted
                 : choice_.language.empty() && translations->size() == 1) {
        pack_.language = one.name;
        words_ = all->find(one.name);
        break;
      }
    if (words_ == nullptr) {
      constexpr std::size_t most_shown = 60;
      if (languages.size() > most_shown) languages.resize(most_shown);
      return refuse("pack.language",
                    fmt::format("say which language of the file: {}", fmt::join(languages, ", ")),
                    "translations");
    }
    return true;
  }

  void take_info() {
    const Node* info = definition_->find("scale_info");
    if (info == nullptr) return;
    pack_.title = text_at(*info, "name");
    pack_.version = text_at(*info, "version");
    for (const std::string_view member : {"license", "license_explanation", "license_url"})
      append_line(pack_.copyright, text_at(*info, member));
  }

  /// The words under a key. Empty where the key is null or missing.
  Result<std::string> words(const Node* key, const std::string& here) const {
    if (key == nullptr || key->is_null()) return std::string();
    const std::string* name = as_text(key);
    if (name == nullptr) return refuse("osd.shape", "the key of a translation is a text", here);
    if (name->empty()) return std::string();
    const std::string* text = as_text(words_->find(*name));
    if (text == nullptr)
      return refuse(
          "osd.translation",
          fmt::format("a text in '{}' for the key '{}'", printable(pack_.language), printable(*name)), here);
    return plain_words(*text);
  }

  Result<bool> take(const Node& node, const std::string& path) {
    const std::string id = text_at(node, "id");
    const std::string type = text_at(node, "type");
    if (type != "section" && id.empty()) return refuse("osd.shape", "every item has an id", path);
    const auto here = id.empty() ? path : fmt::format("{} ('{}')", path, printable(id));
    if (!id.empty() && !ids_.insert(id).second)
      return refuse("osd.id_twice", "an id is there once in a definition", here);
    if (std::find(other_types.begin(), other_types.end(), type) != other_types.end())
      return pass_over(id, "no question with one answer to choose");
    auto text = words(node.find(type == "section" ? "title_key" : "text_key"), here);
    if (!text) return tl::unexpected(text.error());
    if (type == "inst" || type == "section") return take_words(id.empty() ? path : id, *text);
    PackItem item;
    item.link = id;
    item.text = std::move(*text);
    item.conditional = node.find("visible_when") != nullptr || node.find("variant_when") != nullptr;
    item.where.name = pack_.file;
    return take_as(type, node, std::move(item), here);
  }

  Result<bool> take_as(const std::string& type, const Node& node, PackItem item, const std::string& here) {
    if (type == "grid") return take_grid(node, item, here);
    if (auto head = take_head(node, here); !head) return head;
    if (type == "likert") return take_likert(node, std::move(item), here);
    if (type == "multi") {
      auto answers = read_answers(node, "options", here);
      if (!answers) return tl::unexpected(answers.error());
      item.answers = std::move(*answers);
    } else if (type == "vas") {
      const auto min = as_whole(node.find("min"));
      const auto max = as_whole(node.find("max"));
      if (!min || !max || *min > *max)
        return refuse("osd.points", "whole numbers as min and max of a visual scale", here);
      item.range = catalog::AnswerRange{*min, *max};
    } else {
      return refuse("osd.type", "a type that OpenScales has, such as likert, multi, grid, vas or inst", here);
    }
    pack_.items.push_back(std::move(item));
    return true;
  }

  bool pass_over(const std::string& link, std::string why) {
    pack_.rest.push_back({link, std::move(why)});
    return true;
  }

  bool take_words(const std::string& link, const std::string& text) {
    if (text.empty()) return true;
    if (!pack_.items.empty()) return pass_over(link, "words between or behind the items");
    append_line(pack_.instruction, text);
    return true;
  }

  [[nodiscard]] const Node* scale_of(const Node& node) const {
    const std::string name = text_at(node, "response_scale");
    if (name.empty()) return definition_->find("likert_options");
    const Node* scales = definition_->find("response_scales");
    return scales == nullptr ? nullptr : scales->find(name);
  }

  Result<bool> take_head(const Node& node, const std::string& here) {
    const Node* scale = scale_of(node);
    const Node* own = node.find("question_head");
    const Node* shared = scale == nullptr ? nullptr : scale->find("question_head");
    auto text = words(own != nullptr && !own->is_null() ? own : shared, here);
    if (!text) return tl::unexpected(text.error());
    heads_.insert(std::move(*text));
    return true;
  }

  /// What stands above every question is what is asked; heads that differ belong to some items only.
  void place_head() {
    heads_.erase("");
    if (heads_.size() == 1) append_line(pack_.instruction, *heads_.begin());
    if (heads_.size() > 1) pack_.rest.push_back({"question_head", "differs from item to item"});
  }

  Result<bool> take_likert(const Node& node, PackItem item, const std::string& here) {
    const auto points = points_of(node);
    if (!points)
      return refuse("osd.points", "points from 2 to 101, and a lowest and a highest that go with them", here);
    const auto* labels = points->labels == nullptr ? nullptr : points->labels->as<Node::Array>();
    if (labels != nullptr && !labels->empty() && labels->size() != static_cast<std::size_t>(points->points))
      return refuse("osd.points", fmt::format("{} labels for {} points", labels->size(), points->points),
                    here);
    for (int k = 0; k < points->points; ++k) {
      PackAnswer answer{points->min + k, ""};
      if (labels != nullptr && !labels->empty()) {
        auto text = words(&(*labels)[static_cast<std::size_t>(k)], here);
        if (!text) return tl::unexpected(text.error());
        answer.text = std::move(*text);
      }
      item.answers.push_back(std::move(answer));
    }
    pack_.items.push_back(std::move(item));
    return true;
  }

  /// An item's own, else those of its scale. Nothing where they do not go together.
  [[nodiscard]] std::optional<Points> points_of(const Node& node) const {
    const Node* scale = scale_of(node);
    const auto find = [&](std::string_view own, std::string_view shared) -> const Node* {
      const Node* found = node.find(own);
      if (found != nullptr && !found->is_null()) return found;
      return scale == nullptr ? nullptr : scale->find(shared);
    };
    const auto number = [&](std::string_view own, std::string_view shared, std::optional<int>& into) {
      const Node* found = find(own, shared);
      if (found == nullptr || found->is_null()) return true;
      into = as_whole(found);
      return into.has_value();
    };
    std::optional<int> points;
    std::optional<int> min;
    std::optional<int> max;
    if (!number("likert_points", "points", points) || !number("likert_min", "min", min)) return {};
    // A scale's highest says nothing of an item with points of its own.
    const bool own_points = node.find("likert_points") != nullptr;
    if (!number("likert_max", own_points ? "" : "max", max)) return {};
    const int lowest = min.value_or(1);
    if (!points && max) points = *max - lowest + 1;
    constexpr int most_points = 101;
    if (!points || *points < 2 || *points > most_points || (max && *max - lowest + 1 != *points)) return {};
    return Points{lowest, *points, find("likert_labels", "labels")};
  }

  /// Of `multi`, and columns of a grid: a key, which is the value too, or a value with a key.
  Result<std::vector<PackAnswer>> read_answers(const Node& node, std::string_view member,
                                               const std::string& here) const {
    const Node* found = node.find(member);
    const auto* array = found == nullptr ? nullptr : found->as<Node::Array>();
    if (array == nullptr) return refuse("osd.shape", fmt::format("{} is an array", member), here);
    std::vector<PackAnswer> answers;
    for (const Node& one : *array) {
      const bool is_key = as_text(&one) != nullptr;
      auto text = words(is_key ? &one : one.find("text_key"), here);
      if (!text) return tl::unexpected(text.error());
      std::optional<int> value = as_whole(one.find("value"));
      if (const std::string* written = as_text(one.find("value")); written != nullptr)
        value = parse_whole(*written);
      if (is_key && member == "columns") value = static_cast<int>(answers.size()) + 1;
      answers.push_back({value, std::move(*text)});
    }
    return answers;
  }

  /// Each row is an item.
  Result<bool> take_grid(const Node& node, const PackItem& grid, const std::string& here) {
    if (!take_words(grid.link, grid.text)) return true;
    const auto columns = read_answers(node, "columns", here);
    if (!columns) return tl::unexpected(columns.error());
    const Node* found = node.find("rows");
    const auto* rows = found == nullptr ? nullptr : found->as<Node::Array>();
    if (rows == nullptr) return refuse("osd.shape", "rows is an array", here);
    for (std::size_t i = 0; i < rows->size(); ++i) {
      auto text = words(&(*rows)[i], here);
      if (!text) return tl::unexpected(text.error());
      PackItem item = grid;
      item.link = fmt::format("{}_{}", grid.link, i + 1);
      item.text = std::move(*text);
      item.answers = *columns;
      pack_.items.push_back(std::move(item));
    }
    return true;
  }

  const Node& root_;
  const PackChoice& choice_;
  Pack pack_;
  const Node* definition_ = nullptr;
  const Node* words_ = nullptr;
  std::set<std::string> ids_;
  std::set<std::string> heads_;
};

}  // namespace

Result<Pack> parse_osd(const std::string& name, const Node& root, const PackChoice& choice) {
  return OsdReader(name, root, choice).read();
}

}  // namespace securebase::wire
