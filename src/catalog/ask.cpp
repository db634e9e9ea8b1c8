#include "catalog/ask.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace securebase::catalog {
namespace {

std::string title_of(const Instrument& instrument) {
  return fmt::format("{} ({}, version {})", instrument.name, instrument.abbreviation, instrument.version);
}

/// The source of the terms, then those with an address, then the first.
std::vector<Source> places_to_ask(const Instrument& instrument) {
  std::vector<Source> places;
  const auto add = [&](const Source& source) {
    const bool there =
        std::any_of(places.begin(), places.end(), [&](const Source& known) { return known.id == source.id; });
    if (!there) places.push_back(source);
  };
  for (const Source& source : instrument.sources)
    if (source.id == instrument.licence.provenance.source) add(source);
  if (!instrument.sources.empty()) add(instrument.sources.front());
  return places;
}

std::vector<std::string> steps_of(const Instrument& instrument) {
  switch (instrument.licence.wording) {
    case Wording::shipped:
      return {"Nothing has to be asked: the wording is in the program."};
    case Wording::score_entry_only:
      return {
          "Use the owner's own form, on paper or as the owner provides it, and enter its answers by number.",
          "The program takes no wording of it. The letter asks whether the owner would license an electronic "
          "form; with a licence, tell those who maintain this program."};
    case Wording::imported:
      break;
  }
  return {"Read the terms at their source: they may have changed.",
          "Where they do not clearly allow your use, send the letter, and keep the answer.",
          "Get the wording from its owner, in each language you need, as a FHIR Questionnaire, a REDCap data "
          "dictionary, an OpenScales file, or a table of texts.",
          "Import it. The program shows each item beside the text that was found for it and names every "
          "difference; nothing is kept before you confirm."};
}

std::string or_mark(const std::string& words, std::string_view mark) {
  return words.empty() ? fmt::format("[{}]", mark) : words;
}

/// The terms without what is said to the reader of this program.
std::string terms_for_owner(const Instrument& instrument) {
  constexpr std::string_view ours = " This program ships no published wording, so import it.";
  std::string terms = instrument.licence.terms;
  if (const auto at = terms.find(ours); at != std::string::npos) terms.erase(at, ours.size());
  return terms;
}

/// What is asked for, by what the owner is said to allow.
std::string request(const Instrument& instrument) {
  if (instrument.licence.wording == Wording::score_entry_only)
    return fmt::format(
        "We understand that you allow no electronic form of it, and we keep to that: our program takes its "
        "answers by number and holds none of its text. We ask whether you would license an electronic form "
        "to "
        "us, and on what conditions. What we have read of your terms: {}",
        terms_for_owner(instrument));
  return fmt::format(
      "We ask you to confirm that we may enter its wording, unchanged, into the program in which our clients "
      "answer, on a screen in our rooms and on their own phones. What we have read of your terms: {} If this "
      "is right and covers our use, a short yes is enough. If it is not, please tell us what you ask for.",
      terms_for_owner(instrument));
}

std::string letter_of(const Instrument& instrument, const AskingPractice& practice) {
  const std::string name = or_mark(practice.name, "name of the practice");
  const std::string& holder = instrument.licence.holder;
  return fmt::format(
      "{}\n[address]\n[date]\n\nTo {}\n\nUse of the {}\n\nDear Sir or Madam,\n\n"
      "we are a practice of psychotherapy and would like to use the {}, in {}, for {}: with about {} clients "
      "a "
      "year.\n\n{}\n\n"
      "We would not change, publish, sell or pass on the wording. It would stay in our own installation, "
      "under "
      "your name{}; the program itself is distributed without it. Answers and scores stay with us.\n\n"
      "Could you also tell us which version and translations are the current ones, how you wish to be named, "
      "and whether a fee is due?\n\nYours faithfully\n\n[signature]\n{}\n",
      name, holder.empty() ? "[owner of the wording]" : holder, title_of(instrument), instrument.abbreviation,
      or_mark(practice.languages, "languages"), or_mark(practice.purpose, "purpose"),
      or_mark(practice.clients, "number"), request(instrument),
      instrument.licence.attribution.empty() ? "" : fmt::format(" (\"{}\")", instrument.licence.attribution),
      name);
}

}  // namespace

WordingGuide make_wording_guide(const Instrument& instrument, const AskingPractice& practice) {
  const Licence& licence = instrument.licence;
  return {title_of(instrument),
          licence.holder,
          licence.terms,
          licence.provenance.verified,
          licence.provenance.note,
          licence.attribution,
          places_to_ask(instrument),
          steps_of(instrument),
          licence.wording == Wording::shipped ? "" : letter_of(instrument, practice)};
}

}  // namespace securebase::catalog
