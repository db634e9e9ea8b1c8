// Where each parameter of the simulated practice comes from, and worlds made of them.
#include <fmt/format.h>

#include <stdexcept>

#include "therapy/practice_simulation.hpp"

namespace securebase::therapy {
namespace {

using P = PracticeParameters;

struct Origin {
  const char* name;
  double P::*value;
  const char* mark;
  const char* source;
};

constexpr Origin origins[] = {
    {"gain", &P::gain, "V", "pre-post d of individual therapy .8 to 1.0 (S72), its lower end"},
    {"gain_sd", &P::gain_sd, "V", "SD of change across persons .7 (S72)"},
    {"therapist_icc", &P::therapist_icc, "V", "weighted mean .05, range .002 to .29 (S71)"},
    {"wide_share", &P::wide_share, "D", "none, or one in ten for heavy tails"},
    {"symptom_state_sd", &P::symptom_state_sd, "D", "a third of what differs between persons"},
    {"symptom_ar", &P::symptom_ar, "M", "weekly .30 to .50"},
    {"symptom_reliability", &P::symptom_reliability, "D", "of a usual symptom scale"},
    {"error_ar", &P::error_ar, "D", "none, or .4 for autocorrelated error"},
    {"anxiety_symptoms", &P::anxiety_symptoms, "D", "correlation of the parameter sheet, 8.2"},
    {"avoidance_symptoms", &P::avoidance_symptoms, "D", "correlation of the parameter sheet, 8.2"},
    {"anxiety_avoidance", &P::anxiety_avoidance, "D", "correlation of the parameter sheet, 8.2"},
    {"anxiety_alliance", &P::anxiety_alliance, "D", "correlation of the parameter sheet, 8.2"},
    {"avoidance_alliance", &P::avoidance_alliance, "D", "correlation of the parameter sheet, 8.2"},
    {"alliance_gain", &P::alliance_gain, "V", "alliance and outcome .278 (.256 to .299), face to face (S61)"},
    {"alliance_mean", &P::alliance_mean, "D", "of a scale of 1 to 7"},
    {"alliance_between_sd", &P::alliance_between_sd, "C", "figure of the simulations of 5.2"},
    {"alliance_therapist_share", &P::alliance_therapist_share, "M", ".05 to .10"},
    {"alliance_state_sd", &P::alliance_state_sd, "C", "with the error .5 within a person, 5.2"},
    {"alliance_ar", &P::alliance_ar, "M", ".25 to .40"},
    {"alliance_error_sd", &P::alliance_error_sd, "C", "with the state .5 within a person, 5.2"},
    {"alliance_to_symptoms", &P::alliance_to_symptoms, "V", "next session -.10 to -.20 (S62)"},
    {"symptoms_to_alliance", &P::symptoms_to_alliance, "D", "-.08 to -.15; that it is reciprocal: S61"},
    {"rupture", &P::rupture, "D", ".05 a session"},
    {"rupture_with_avoidance", &P::rupture_with_avoidance, "D", "more often with avoidance"},
    {"rupture_depth", &P::rupture_depth, "D", "three within-person SDs"},
    {"repair", &P::repair, "D", ".55"},
    {"unrepaired_symptoms", &P::unrepaired_symptoms, "D", "direction: S55"},
    {"sudden_gain", &P::sudden_gain, "M", ".35 to .40 of clients"},
    {"sudden_gain_size", &P::sudden_gain_size, "V", "g .68 at the end (S67)"},
    {"sudden_loss", &P::sudden_loss, "D", "rare"},
    {"technique_use", &P::technique_use, "D", "chance of each in a session"},
    {"missing", &P::missing, "M", "session measures .20 to .30"},
    {"missing_worse", &P::missing_worse, "M", "worse when worse; the size is ours"},
    {"dropout", &P::dropout, "V", ".197 (.187 to .207) of 83,834 clients (S66)"},
    {"dropout_shape", &P::dropout_shape, "D", "Weibull, early, 6.4"},
    {"dropout_worse", &P::dropout_worse, "D", "more often when worse"},
    {"dropout_rupture", &P::dropout_rupture, "D", "more often while a rupture is open"},
    {"follow_up_drift", &P::follow_up_drift, "D", "none"},
    {"follow_up_sd", &P::follow_up_sd, "D", "of a year's change"},
    {"follow_up_missing", &P::follow_up_missing, "D", "of a follow-up"},
};

P without_extras() {
  P p;
  p.alliance_to_symptoms = p.symptoms_to_alliance = 0;
  p.rupture = p.unrepaired_symptoms = 0;
  p.sudden_gain = p.sudden_loss = 0;
  p.technique_effects = {};
  p.missing_worse = p.dropout_worse = p.dropout_rupture = 0;
  return p;
}

}  // namespace

std::vector<ParameterNote> practice_parameters(const PracticeParameters& p) {
  std::vector<ParameterNote> notes;
  notes.push_back(
      {"planned_sessions", static_cast<double>(p.planned_sessions), "D", "log slope of 16 sessions, 8.2"});
  notes.push_back({"clients_of_therapist", static_cast<double>(p.clients_of_therapist), "D", "a caseload"});
  notes.push_back(
      {"drift", static_cast<double>(p.drift), "V", "logarithm of the session (S69); 1 root, 2 line"});
  for (const Origin& o : origins) notes.push_back({o.name, p.*(o.value), o.mark, o.source});
  for (std::size_t i = 0; i < p.technique_effects.size(); ++i)
    notes.push_back(
        {fmt::format("technique_effect_{}", i + 1), p.technique_effects[i], "D", ".02 to .06 each, 8.2"});
  return notes;
}

std::string fingerprint(const PracticeParameters& parameters) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const ParameterNote& note : practice_parameters(parameters))
    for (const char c : fmt::format("{}={};", note.name, note.value)) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
  return fmt::format("{:016x}", hash);
}

std::string_view to_text(World world) {
  switch (world) {
    case World::as_modelled:
      return "as_modelled";
    case World::heavy_tails:
      return "heavy_tails";
    case World::other_drift:
      return "other_drift";
    case World::autocorrelated_error:
      return "autocorrelated_error";
    case World::informative_missing:
      return "informative_missing";
    case World::therapist_differences:
      return "therapist_differences";
    case World::practice:
      return "practice";
  }
  throw std::domain_error("world");
}

PracticeParameters parameters_of(World world) {
  if (world == World::practice) return {};
  P p = without_extras();
  switch (world) {
    case World::heavy_tails:
      p.wide_share = 0.1;
      break;
    case World::other_drift:
      p.drift = Drift::line;
      break;
    case World::autocorrelated_error:
      p.error_ar = 0.4;
      break;
    case World::informative_missing:
      p.missing_worse = p.dropout_worse = 1.0;
      break;
    case World::therapist_differences:
      p.therapist_icc = 0.3;
      break;
    default:
      break;
  }
  return p;
}

}  // namespace securebase::therapy
