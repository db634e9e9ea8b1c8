#pragma once
// What invented people answer about those they are close to, so that a demonstration shows attachment maps
// with much, with little, and with a direction only.

#include <string>
#include <vector>

#include "service/demo_plan.hpp"
#include "stats/simulate.hpp"

namespace securebase::service {

/// Everybody else has a map from what they answer about partners in general.
enum class DemoMap {
  none,
  one_occasion,  ///< ECR-RS about three figures, once
  new_measure,   ///< Closeness about three figures, at the first session and the last: a direction only
  new_once,      ///< the same once: 24 answers
  rich           ///< ECR-RS about four figures on several days; with one of them much has changed
};

/// Figures that the map is about, where they are not there yet.
void add_map_figures(DemoMap map, DemoPerson& person);

struct DemoAsked {
  std::size_t figure = 0;  ///< of the person's, by place
  std::string instrument;
  std::vector<std::string> answers;
};
/// At one session of so many.
[[nodiscard]] std::vector<DemoAsked> asked_for_map(DemoMap map, const DemoPerson& person, std::size_t session,
                                                   std::size_t sessions, const stats::RandomKey& key);

}  // namespace securebase::service
