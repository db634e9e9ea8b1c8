#include "wire/fhir.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/version.hpp"
#include "catalog/loinc.hpp"

namespace securebase::wire {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view core_extension = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view units = "http://unitsofmeasure.org";

std::string urn_of(const catalog::Instrument& instrument, std::string_view kind) {
  return fmt::format("urn:securebase:{}:{}", kind, instrument.id);
}

std::string form_urn(const catalog::Instrument& instrument, const catalog::Order& order) {
  const auto urn = urn_of(instrument, "instrument");
  return &order == &instrument.orders.front() ? urn : urn + ":" + order.id;
}

/// LOINC codes hold for the first order.
const catalog::LoincCodes* codes_of(const catalog::Instrument& instrument, const catalog::Order& order) {
  return &order == &instrument.orders.front() ? catalog::find_loinc(instrument) : nullptr;
}

Json coding(std::string_view system, std::string_view code, std::string_view display = {}) {
  Json json{{"system", system}, {"code", code}};
  if (!display.empty()) json["display"] = display;
  return json;
}

Json loinc(std::string_view code) {
  return Json::array({coding(catalog::loinc_system, code)});
}

/// "CheckIn": FHIR wants a name that a program can bear.
std::string program_name(std::string_view id) {
  std::string name;
  bool begins = true;
  for (const char c : id) {
    if (c >= 'a' && c <= 'z' && begins)
      name += static_cast<char>(c - 'a' + 'A');
    else if (c != '-')
      name += c;
    begins = c == '-';
  }
  return name.empty() || name.front() < 'A' || name.front() > 'Z' ? "Form" + name : name;
}

class Questionnaire {
 public:
  Questionnaire(const catalog::Instrument& instrument, const catalog::Order& order, FhirRelease release,
                const catalog::Text* text)
      : instrument_(instrument),
        order_(order),
        release_(release),
        text_(text),
        loinc_(codes_of(instrument, order)) {}

  [[nodiscard]] Json json() const {
    Json form{{"resourceType", "Questionnaire"},
              {"url", form_urn(instrument_, order_)},
              {"version", instrument_.version},
              {"name", program_name(instrument_.id)},
              {"title", text_ != nullptr && !text_->title.empty() ? text_->title : instrument_.name},
              {"status", "active"},
              {"subjectType", {"Patient"}},
              {"description", instrument_.summary},
              {"copyright", copyright()}};
    if (text_ != nullptr) form["language"] = text_->locale;
    if (loinc_ != nullptr) form["code"] = loinc(loinc_->form);
    form["item"] = items();
    return form;
  }

 private:
  [[nodiscard]] std::string copyright() const {
    const auto& licence = instrument_.licence;
    std::string words = licence.terms;
    for (const auto& [name, value] :
         {std::pair("Holder", &licence.holder), std::pair("Attribution", &licence.attribution)})
      if (!value->empty()) words += fmt::format("\n{}: {}", name, *value);
    return words;
  }

  [[nodiscard]] Json items() const {
    Json items = Json::array();
    if (text_ != nullptr && !text_->instruction.empty())
      items.push_back({{"linkId", "instruction"}, {"type", "display"}, {"text", text_->instruction}});
    for (std::size_t i = 0; i < instrument_.items.size(); ++i) items.push_back(item(i));
    for (const catalog::Scale& scale : instrument_.scales) items.push_back(result(scale));
    return items;
  }

  [[nodiscard]] Json item(std::size_t i) const {
    const int position = static_cast<int>(i) + 1;
    Json item{{"linkId", fmt::format("q{}", position)},
              {"type", release_ == FhirRelease::r5 ? "coding" : "choice"}};
    if (loinc_ != nullptr && !loinc_->items[i].empty()) item["code"] = loinc(loinc_->items[i]);
    if (text_ != nullptr && i < text_->items.size()) item["text"] = text_->items[i].text;
    item["required"] = false;
    item["answerOption"] = options(i, catalog::range_in_order(instrument_, order_, position));
    return item;
  }

  [[nodiscard]] Json options(std::size_t i, catalog::AnswerRange range) const {
    static const std::vector<std::string> none;
    const bool has_own = text_ != nullptr && i < text_->items.size() && !text_->items[i].options.empty();
    const bool is_usual = text_ != nullptr && range == order_.range;
    const auto& words = has_own ? text_->items[i].options : is_usual ? text_->options : none;
    Json options = Json::array();
    for (int value = range.min; value <= range.max; ++value) {
      const auto k = static_cast<std::size_t>(value - range.min);
      Json weight{{"url", fmt::format("{}{}", core_extension,
                                      release_ == FhirRelease::r5 ? "itemWeight" : "ordinalValue")},
                  {"valueDecimal", value}};
      options.push_back({{"extension", Json::array({std::move(weight)})},
                         {"valueCoding", coding(urn_of(instrument_, "answers"), fmt::format("{}", value),
                                                k < words.size() ? words[k] : "")}});
    }
    return options;
  }

  [[nodiscard]] Json result(const catalog::Scale& scale) const {
    Json item{{"linkId", "score." + scale.id}, {"type", "decimal"}};
    if (loinc_ != nullptr && loinc_->total_scale == scale.id) item["code"] = loinc(loinc_->total);
    item["text"] = scale.name;
    item["readOnly"] = true;
    if (const auto expression = calculated_expression(instrument_, order_, scale)) {
      constexpr std::string_view url =
          "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
      item["extension"] =
          Json::array({{{"url", url},
                        {"valueExpression", {{"language", "text/fhirpath"}, {"expression", *expression}}}}});
    }
    return item;
  }

  const catalog::Instrument& instrument_;
  const catalog::Order& order_;
  FhirRelease release_;
  const catalog::Text* text_;
  const catalog::LoincCodes* loinc_;
};

Json subject_json(const FhirSubject& subject) {
  return {{"identifier", {{"system", "urn:securebase:pseudonym"}, {"value", subject.pseudonym}}}};
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string note_of(const measures::Score& score) {
  if (score.state == measures::ScoreState::complete || score.state == measures::ScoreState::no_score)
    return "";
  return fmt::format("{}: {} of {} items answered", to_text(score.state), score.answered, score.items);
}

}  // namespace

std::string questionnaire_document(const catalog::Instrument& instrument, const catalog::Order& order,
                                   FhirRelease release, const catalog::Text* text) {
  const Json json = Questionnaire(instrument, order, release, text).json();
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool is_fhir_id(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::string questionnaire_response(const catalog::Instrument& instrument, const catalog::Order& order,
                                   const FhirSubject& subject, const measures::Responses& responses) {
  Json items = Json::array();
  for (std::size_t i = 0; i < responses.size(); ++i) {
    Json item{{"linkId", fmt::format("q{}", i + 1)}};
    if (responses[i].status == measures::ResponseStatus::answered)
      item["answer"] = Json::array(
          {{{"valueCoding", coding(urn_of(instrument, "answers"), fmt::format("{}", responses[i].code))}}});
    items.push_back(std::move(item));
  }
  return one_line({{"resourceType", "QuestionnaireResponse"},
                   {"id", subject.id},
                   {"questionnaire", fmt::format("{}|{}", form_urn(instrument, order), instrument.version)},
                   {"status", "completed"},
                   {"subject", subject_json(subject)},
                   {"item", std::move(items)}});
}

std::string score_observation(const catalog::Instrument& instrument, const FhirSubject& subject,
                              const measures::Score& score) {
  std::string id = subject.id + "." + score.scale;
  std::replace(id.begin(), id.end(), '_', '-');
  Json codes = Json::array();
  const auto* known = catalog::find_loinc(instrument);
  if (known != nullptr && known->total_scale == score.scale)
    codes.push_back(coding(catalog::loinc_system, known->total));
  codes.push_back(coding(urn_of(instrument, "scale"), score.scale));
  Json json{{"resourceType", "Observation"},
            {"id", id},
            {"status", "final"},
            {"code", {{"coding", std::move(codes)}, {"text", score.name}}},
            {"subject", subject_json(subject)},
            {"derivedFrom", Json::array({{{"reference", "QuestionnaireResponse/" + subject.id}}})}};
  if (score.value)
    json["valueQuantity"] = {{"value", *score.value}, {"system", units}, {"code", "{score}"}};
  else
    json["dataAbsentReason"] = {
        {"coding",
         Json::array({coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")})},
        {"text", fmt::format("{} of {} items answered: no score by the instrument's rule", score.answered,
                             score.items)}};
  if (const std::string note = note_of(score); !note.empty()) json["note"] = Json::array({{{"text", note}}});
  return one_line(json);
}

}  // namespace securebase::wire
