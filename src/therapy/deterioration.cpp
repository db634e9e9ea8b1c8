#include "therapy/deterioration.hpp"

namespace securebase::therapy {

WorseRule worse_rule(double sd, double reliability, stats::BetterWhen better) {
  const double sem = stats::standard_error_of_measurement(sd, reliability);
  return {stats::reliable_change_threshold(stats::standard_error_of_difference(sem)), better};
}

double worsening(double earlier, double later, stats::BetterWhen better) {
  return better == stats::BetterWhen::lower ? later - earlier : earlier - later;
}

bool got_worse(double at_intake, double at_end, const WorseRule& rule) {
  return worsening(at_intake, at_end, rule.better) > rule.reliable_change;
}

}  // namespace securebase::therapy
