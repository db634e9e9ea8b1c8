#pragma once
// People who do not exist, and what they answer.

#include <vector>

#include "stats/item_calibration.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

struct SampleOfPeople {
  std::size_t people = 1000;
  double mean = 0;
  double sd = 1;
  double missing = 0;
};

inline void add_people(ResponseMatrix& to, const std::vector<PolytomousItem>& items,
                       const SampleOfPeople& sample, const RandomKey& key) {
  to.items = items.size();
  for (std::size_t p = 0; p < sample.people; ++p) {
    const RandomKey own = key.part(p);
    const double theta = sample.mean + sample.sd * random_normal(own, 0);
    for (std::size_t i = 0; i < items.size(); ++i)
      to.answers.push_back(random_uniform(own, 100 + i) < sample.missing
                               ? no_answer
                               : answer_at(items[i], theta, random_uniform(own, 1 + i)));
  }
}

inline CalibrationPlan plan_for(const std::vector<PolytomousItem>& items) {
  CalibrationPlan plan;
  for (const auto& item : items) {
    plan.answers.push_back(item.answers());
    plan.models.push_back(item.model);
  }
  return plan;
}

}  // namespace securebase::stats
