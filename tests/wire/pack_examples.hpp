#pragma once
// Invented forms in the three formats of wording packs.

#include <string>

namespace securebase::wire {

/// "extension":[...] with a value for an answer.
inline std::string weight(const std::string& name, const std::string& number) {
  return R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)" + name + R"(","valueDecimal":)" +
         number + "}]";
}

inline std::string item_of(const std::string& link, const std::string& options) {
  return R"({"linkId":")" + link + R"(","type":"choice","text":"Words","answerOption":[)" + options + "]}";
}

inline std::string fhir_of(const std::string& items) {
  return R"({"resourceType":"Questionnaire","item":[)" + items + "]}";
}

/// An item of the form below, with the answers 0 and 1.
inline std::string fhir_item(int number) {
  const std::string n = std::to_string(number);
  return R"({"linkId":"/)" + n + R"(","type":"choice","prefix":")" + n + R"(.","text":"Words )" + n +
         R"(","code":[{"system":"http://loinc.org","code":"00000-)" + std::to_string(number + 1) +
         R"("},{"system":"urn:other","code":"x"}],"answerOption":[{)" + weight("ordinalValue", "0") +
         R"(,"valueCoding":{"code":"a","display":"Words for none"}},{)" + weight("ordinalValue", "1") +
         R"(,"valueCoding":{"code":"b","display":"Words for one"}}]})";
}

/// Three items in groups, a total, and an item behind it.
inline std::string fhir_form() {
  return R"({"resourceType":"Questionnaire","language":"en","title":"How it went","version":"2.1",
 "copyright":"Anybody may use it.","publisher":"Nobody",
 "code":[{"system":"http://loinc.org","code":"00000-1"}],
 "item":[
  {"linkId":"words","type":"display","text":"Words before"},
  {"linkId":"g1","type":"group","text":"Heading","item":[)" +
         fhir_item(1) + "," + fhir_item(2) + R"(]},
  {"linkId":"g2","type":"group","item":[)" +
         fhir_item(3) + R"(]},
  {"linkId":"name","type":"string","text":"Who"},
  {"linkId":"total","type":"integer","readOnly":true,"item":[{"linkId":"help","type":"display","text":"Help"}]},
  {"linkId":"/hard","type":"choice","text":"How hard","enableWhen":[{"question":"/1"}],
   "answerOption":[{"valueCoding":{"code":"x","display":"Not"}}]}
 ]})";
}

inline std::string redcap_form(const std::string& number_header = "Question Number (surveys only)") {
  return "\xEF\xBB\xBF\"Variable / Field Name\",\"Form Name\",\"Section Header\",\"Field Type\",\"Field "
         "Label\","
         "\"Choices, Calculations, OR Slider Labels\",\"Field Note\",\"Text Validation Type OR Show Slider "
         "Number\",\"Text Validation Min\",\"Text Validation Max\",Identifier?,\"Branching Logic (Show field "
         "only if...)\",\"Required Field?\",\"Custom Alignment\",\"" +
         number_header +
         "\",\"Matrix Group Name\",\"Matrix Ranking?\",\"Field Annotation\"\r\n"
         "record_id,days,,text,Record,,,,,,,,,,,,,\r\n"
         "above,days,,descriptive,Words above all,,,,,,,,,,,,,\r\n"
         "d1,days,Words of the <b>week</b>,radio,\"<p>Words, one</p>\",\"0, Words | 1, Words, "
         "often\",,,,,,,,,1,m,,\r\n"
         "d2,days,,dropdown,Words two,\"0, Words | 1, Words\",,,,,,,,,2,m,,\r\n"
         "d3,days,Words between,yesno,Words three,,,,,,,,,,3,,,\r\n"
         "d4,days,,slider,Words four,Low | High,,,0,10,,,,,4,,,\r\n"
         "total,days,,calc,Sum,\"sum([d1],[d2])\",,,,,,,,,,,,\r\n"
         "d5,days,,radio,Words five,\"0, Words | 1, Words\",,,,,,[d1] > 0,,,5,,,\r\n"
         "\r\n";
}

inline std::string osd_form() {
  return R"({"osd_version":"1.0","definition":{
 "scale_info":{"name":"How it went","code":"HIW","license":"CC0","license_explanation":"Anybody may use it."},
 "likert_options":{"points":3,"min":0,"labels":["low","mid","high"],"question_head":"head"},
 "items":[
  {"id":"i","type":"inst","text_key":"before"},
  {"id":"o1","type":"likert","text_key":"one"},
  {"id":"o2","type":"multi","text_key":"two","options":[{"value":4,"text_key":"low"},{"value":"5","text_key":"high"}]},
  {"id":"o3","type":"vas","text_key":"three","min":0,"max":10},
  {"id":"s","type":"short","text_key":"none"},
  {"id":"o4","type":"grid","text_key":"","rows":["one","two"],"columns":["low","high"]}
 ]},
 "translations":{
  "en":{"before":"Words before","head":"<p>Words above</p>","one":"Words one","two":"Words two",
        "three":"Words three","low":"Words low","mid":"Words mid","high":"Words high"},
  "de":{"before":"Worte davor","head":"Worte oben","one":"Worte eins","two":"Worte zwei",
        "three":"Worte drei","low":"Worte tief","mid":"Worte mitte","high":"Worte hoch"}}})";
}

}  // namespace securebase::wire
