#include "coding/distributions.hpp"

namespace securebase::coding {
namespace {

constexpr std::string_view not_a_norm =
    "What groups were like is no probability for one child or adult, and no standard to be compared with.";

std::vector<ClassDistribution> all_distributions() {
  return {
      {"strange_situation_global",
       "strange_situation",
       "infants and parents of many countries, mothers and fathers alike; more A and D where there is social "
       "risk, more D "
       "with parental psychopathology, maltreatment or adoption from care",
       20720,
       285,
       {{"B", 51.6}, {"A", 14.7}, {"C", 10.2}, {"D", 23.5}},
       "Madigan et al. 2023, a meta-analysis",
       true,
       not_a_norm},
      {"preschool_global",
       "preschool",
       "preschool children, several coding systems; D stands for disorganized or controlling",
       8186,
       97,
       {{"B", 53.5}, {"A", 14.0}, {"C", 11.0}, {"D", 21.5}},
       "Deneault et al. 2023, a meta-analysis",
       true,
       not_a_norm},
      {"strange_situation_older_north_america",
       "strange_situation",
       "middle-class infants in North America, older studies",
       std::nullopt,
       std::nullopt,
       {{"B", 62}, {"A", 15}, {"C", 9}, {"D", 15}},
       "van IJzendoorn, Schuengel and Bakermans-Kranenburg 1999, a meta-analysis; of the four only D was "
       "seen there",
       false,
       "From memory, to be checked before anything depends on it. What groups were like is no probability "
       "for one child."},
      {"aai_mothers_north_america",
       "aai",
       "non-clinical mothers in North America, three classes; 18 % were unresolved besides; clinical groups "
       "are far less "
       "often autonomous",
       std::nullopt,
       std::nullopt,
       {{"F", 58}, {"Ds", 23}, {"E", 19}},
       "Bakermans-Kranenburg and van IJzendoorn 2009, the first 10,000 interviews",
       true,
       not_a_norm},
  };
}

}  // namespace

std::span<const ClassDistribution> class_distributions() {
  static const std::vector<ClassDistribution> all = all_distributions();
  return all;
}

}  // namespace securebase::coding
