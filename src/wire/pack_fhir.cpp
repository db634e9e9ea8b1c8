// FHIR R4 and R5 Questionnaire as a pack.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/printable.hpp"
#include "catalog/loinc.hpp"
#include "wire/pack_format.hpp"

namespace securebase::wire {
namespace {

using catalog::Pack;
using catalog::PackAnswer;
using catalog::PackFormat;
using catalog::PackItem;

constexpr std::string_view core = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view calculated =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
constexpr std::array<std::string_view, 3> weights = {"ordinalValue", "itemWeight",
                                                     "questionnaire-ordinalValue"};
constexpr std::array<std::string_view, 12> other_types = {"string",   "text",    "date",       "dateTime",
                                                          "time",     "url",     "attachment", "reference",
                                                          "question", "instant", "uri",        "canonical"};

/// An array's elements; none where the member is missing. Something else is an error.
using Elements = Result<const Node::Array*>;

class FhirReader {
 public:
  FhirReader(std::string name, const Node& root) : root_(root) { pack_.file = std::move(name); }

  Result<Pack> read() {
    if (text_at(root_, "resourceType") != "Questionnaire")
      return refuse("fhir.resource", "the resourceType Questionnaire is wanted", "resourceType");
    pack_.language = text_at(root_, "language");
    pack_.title = text_at(root_, "title");
    pack_.version = text_at(root_, "version");
    pack_.copyright = text_at(root_, "copyright");
    if (const auto publisher = text_at(root_, "publisher"); !publisher.empty())
      append_line(pack_.copyright, "Publisher: " + publisher);
    pack_.codes = loinc_codes(root_);
    if (auto walked = walk(root_, ""); !walked) return tl::unexpected(walked.error());
    place_headings();
    if (is_r5_) pack_.format = PackFormat::fhir_r5;
    return std::move(pack_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string code, std::string detail, std::string path) const {
    return fail(ErrorKind::bad_data, std::move(code), std::move(detail),
                Place{pack_.file, 0, 0, std::move(path)});
  }

  /// "item[2] ('/44255-8')": counted from 1.
  static std::string described(const std::string& path, const std::string& link) {
    return link.empty() ? path : fmt::format("{} ('{}')", path, printable(link));
  }

  Elements elements(const Node& node, std::string_view member, const std::string& path) const {
    static const Node::Array none;
    const Node* found = node.find(member);
    if (found == nullptr) return &none;
    const auto* array = found->as<Node::Array>();
    const bool objects = array != nullptr && std::all_of(array->begin(), array->end(), [](const Node& one) {
                           return one.as<Node::Object>() != nullptr;
                         });
    if (!objects)
      return refuse("fhir.shape", fmt::format("{} is an array of objects", member),
                    path.empty() ? std::string(member) : path);
    return array;
  }

  static std::vector<std::string> loinc_codes(const Node& node) {
    std::vector<std::string> codes;
    const Node* found = node.find("code");
    const auto* array = found == nullptr ? nullptr : found->as<Node::Array>();
    if (array == nullptr) return codes;
    for (const Node& coding : *array)
      if (text_at(coding, "system") == catalog::loinc_system) codes.push_back(text_at(coding, "code"));
    return codes;
  }

  /// The extension of that address; nullptr where there is none.
  static const Node* extension(const Node& node, std::string_view url) {
    const Node* found = node.find("extension");
    const auto* array = found == nullptr ? nullptr : found->as<Node::Array>();
    if (array == nullptr) return nullptr;
    for (const Node& one : *array)
      if (text_at(one, "url") == url) return &one;
    return nullptr;
  }
  static const Node* core_extension(const Node& node, std::string_view name) {
    return extension(node, std::string(core) + std::string(name));
  }

  Result<bool> walk(const Node& parent, const std::string& path) {
    const auto items = elements(parent, "item", path);
    if (!items) return tl::unexpected(items.error());
    for (std::size_t i = 0; i < (*items)->size(); ++i) {
      const auto here = fmt::format("{}{}item[{}]", path, path.empty() ? "" : ".", i + 1);
      if (auto taken = take((**items)[i], here); !taken) return taken;
    }
    return true;
  }

  Result<bool> take(const Node& node, const std::string& path) {
    const std::string link = text_at(node, "linkId");
    if (link.empty()) return refuse("fhir.link", "every item has a linkId", path);
    const auto here = described(path, link);
    if (!links_.insert(link).second)
      return refuse("fhir.link_twice", "a linkId is there once in a form", here);
    auto taken = take_as(text_at(node, "type"), node, link, here);
    return taken ? walk(node, path) : taken;
  }

  Result<bool> take_as(const std::string& type, const Node& node, const std::string& link,
                       const std::string& here) {
    if (type == "group") {
      headings_.emplace_back(link, words(node));
      return true;
    }
    if (type == "display") return take_display(node, link);
    if (type == "decimal" || type == "quantity" || is_result(node)) return take_result(link);
    const auto* hidden = core_extension(node, "questionnaire-hidden");
    if (hidden != nullptr && is_true(hidden->find("valueBoolean"))) return pass_over(link, "hidden");
    if (type == "choice" || type == "open-choice" || type == "coding")
      return is_true(node.find("repeats")) ? pass_over(link, "takes several answers")
                                           : take_choice(type, node, link, here);
    if (type == "integer" || type == "boolean") return take_number(type, node, link);
    if (std::find(other_types.begin(), other_types.end(), type) != other_types.end())
      return pass_over(link, "no question with answers to choose from");
    return refuse("fhir.type", "a type that FHIR has, such as group, display, choice, coding or integer",
                  here);
  }

  static bool is_true(const Node* node) {
    const auto* truth = node == nullptr ? nullptr : node->as<bool>();
    return truth != nullptr && *truth;
  }

  bool pass_over(const std::string& link, std::string why) {
    pack_.rest.push_back({link, std::move(why)});
    return true;
  }

  /// What a form calculates from answers.
  static bool is_result(const Node& node) {
    return is_true(node.find("readOnly")) || extension(node, calculated) != nullptr;
  }
  bool take_result(const std::string& link) {
    if (!pack_.before_result) pack_.before_result = pack_.items.size();
    return pass_over(link, "a result, or a number that is no answer");
  }

  bool take_display(const Node& node, const std::string& link) {
    if (!pack_.items.empty()) return pass_over(link, "words between or behind the items");
    append_line(pack_.instruction, words(node));
    return true;
  }

  /// The words of an item: `text`, else those of its XHTML.
  static std::string words(const Node& node) {
    const Node* element = node.find("_text");
    const Node* markup = element == nullptr ? nullptr : core_extension(*element, "rendering-xhtml");
    std::string text = text_at(node, "text");
    return text.empty() && markup != nullptr ? plain_words(text_at(*markup, "valueString")) : text;
  }

  PackItem start(const Node& node, const std::string& link) const {
    PackItem item;
    item.link = link;
    item.text = words(node);
    item.codes = loinc_codes(node);
    item.number = parse_number(text_at(node, "prefix"));
    constexpr std::string_view enable =
        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";
    item.conditional = node.find("enableWhen") != nullptr || extension(node, enable) != nullptr;
    item.where.name = pack_.file;
    return item;
  }

  bool take_number(const std::string& type, const Node& node, const std::string& link) {
    PackItem item = start(node, link);
    if (type == "boolean") {
      item.answers = {{0, ""}, {1, ""}};
    } else {
      const Node* least = core_extension(node, "minValue");
      const Node* most = core_extension(node, "maxValue");
      const auto min = least == nullptr ? std::nullopt : as_whole(least->find("valueInteger"));
      const auto max = most == nullptr ? std::nullopt : as_whole(most->find("valueInteger"));
      if (min && max) item.range = catalog::AnswerRange{*min, *max};
    }
    pack_.items.push_back(std::move(item));
    return true;
  }

  Result<bool> take_choice(const std::string& type, const Node& node, const std::string& link,
                           const std::string& here) {
    is_r5_ = is_r5_ || type == "coding";
    PackItem item = start(node, link);
    const auto options = elements(node, "answerOption", here);
    if (!options) return tl::unexpected(options.error());
    const std::string value_set = text_at(node, "answerValueSet");
    if (!value_set.empty() && !(*options)->empty())
      return refuse("fhir.answers", "answers are listed, or in a value set: not both", here);
    if (auto listed = list_answers(**options, item, here); !listed) return listed;
    if (value_set.starts_with('#')) {
      if (auto found = take_contained(value_set.substr(1), item, here); !found) return found;
    } else {
      item.value_set = value_set;
    }
    pack_.items.push_back(std::move(item));
    return true;
  }

  /// An answer before its value is settled: a code stands in for a weight only where no answer has one.
  struct Listed {
    PackAnswer answer;
    std::optional<int> code;
    bool weighted = false;
  };
  static void settle(std::vector<Listed> listed, PackItem& item) {
    const bool any =
        std::any_of(listed.begin(), listed.end(), [](const Listed& one) { return one.weighted; });
    for (Listed& one : listed) {
      if (!any) one.answer.value = one.code;
      item.answers.push_back(std::move(one.answer));
    }
  }

  Result<bool> list_answers(const Node::Array& options, PackItem& item, const std::string& here) {
    std::vector<Listed> listed;
    for (std::size_t k = 0; k < options.size(); ++k) {
      auto one = read_option(options[k], fmt::format("{}, answer {}", here, k + 1));
      if (!one) return tl::unexpected(one.error());
      listed.push_back(std::move(*one));
    }
    settle(std::move(listed), item);
    return true;
  }

  Result<Listed> read_option(const Node& option, const std::string& here) {
    Listed listed;
    const Node* coding = option.find("valueCoding");
    const Node* integer = option.find("valueInteger");
    const Node* string = option.find("valueString");
    if (coding != nullptr && coding->as<Node::Object>() != nullptr) {
      listed.answer.text = text_at(*coding, "display");
      listed.code = parse_whole(text_at(*coding, "code"));
    } else if (integer != nullptr) {
      listed.code = as_whole(integer);
    } else if (as_text(string) != nullptr) {
      listed.answer.text = *as_text(string);
    } else {
      return refuse("fhir.shape", "valueCoding, valueInteger or valueString is wanted", here);
    }
    for (const Node* place : {&option, coding})
      if (place != nullptr)
        if (auto weighed = weigh(*place, listed, here); !weighed) return tl::unexpected(weighed.error());
    return listed;
  }

  /// Takes the value that an extension of this element states.
  Result<bool> weigh(const Node& element, Listed& listed, const std::string& here) {
    for (const std::string_view name : weights) {
      const Node* found = core_extension(element, name);
      if (found == nullptr) continue;
      const auto* decimal = found->find("valueDecimal");
      const bool is_number =
          decimal != nullptr && (decimal->as<std::int64_t>() != nullptr || decimal->as<double>() != nullptr);
      if (!is_number)
        return refuse("fhir.weight", fmt::format("{} has a number as its valueDecimal", name), here);
      const auto value = as_whole(decimal);
      if (listed.weighted && listed.answer.value != value)
        return refuse("fhir.weight", "one value for an answer, and two that differ are there", here);
      listed.answer.value = value;
      listed.weighted = true;
      is_r5_ = is_r5_ || name == "itemWeight";
    }
    return true;
  }

  Result<bool> take_contained(const std::string& id, PackItem& item, const std::string& here) {
    const auto contained = elements(root_, "contained", "contained");
    if (!contained) return tl::unexpected(contained.error());
    for (const Node& resource : **contained)
      if (text_at(resource, "resourceType") == "ValueSet" && text_at(resource, "id") == id)
        return take_value_set(resource, item, here);
    return refuse("fhir.value_set", "the value set that is referred to is not contained", here);
  }

  /// Concepts of an expansion, else of what it is composed of.
  Result<bool> take_value_set(const Node& set, PackItem& item, const std::string& here) {
    std::vector<Listed> listed;
    const auto take_all = [&](const Node& parent, std::string_view member) -> Result<bool> {
      const auto concepts = elements(parent, member, here);
      if (!concepts) return tl::unexpected(concepts.error());
      for (const Node& one : **concepts) {
        Listed answer{{std::nullopt, text_at(one, "display")}, parse_whole(text_at(one, "code")), false};
        if (auto weighed = weigh(one, answer, here); !weighed) return weighed;
        listed.push_back(std::move(answer));
      }
      return true;
    };
    if (const Node* expansion = set.find("expansion"); expansion != nullptr) {
      if (auto all = take_all(*expansion, "contains"); !all) return all;
    } else if (const Node* compose = set.find("compose"); compose != nullptr) {
      const auto includes = elements(*compose, "include", here);
      if (!includes) return tl::unexpected(includes.error());
      for (const Node& include : **includes)
        if (auto all = take_all(include, "concept"); !all) return all;
    }
    settle(std::move(listed), item);
    return true;
  }

  /// The heading of the only group is what is asked, where nothing else is said before the items.
  void place_headings() {
    const bool one = headings_.size() == 1 && pack_.instruction.empty();
    if (one) pack_.instruction = headings_.front().second;
    if (one) return;
    for (const auto& [link, heading] : headings_)
      if (!heading.empty()) pack_.rest.push_back({link, "the heading of a group"});
  }

  const Node& root_;
  Pack pack_;
  std::set<std::string> links_;
  std::vector<std::pair<std::string, std::string>> headings_;
  bool is_r5_ = false;
};

}  // namespace

Result<Pack> parse_fhir(const std::string& name, const Node& root, const PackChoice& /*choice*/) {
  return FhirReader(name, root).read();
}

}  // namespace securebase::wire
