#pragma once
// Scores before and after, one point a person, with the band in which change is no more than error and the
// cut-off (Jacobson & Truax 1991, figure 2).

#include <optional>
#include <string>
#include <vector>

namespace securebase::report {

enum class ChangePoint { recovered, improved, unchanged, deteriorated };

struct ChangedPerson {
  double pre = 0;
  double post = 0;
  ChangePoint change = ChangePoint::unchanged;
};

struct ChangePlot {
  std::string title;
  std::string description;
  std::string pre_label;
  std::string post_label;
  double threshold = 0;          ///< points
  std::optional<double> cutoff;  ///< after
  std::vector<ChangedPerson> people;
};

/// Of more than 3000 people every so-manieth is drawn.
[[nodiscard]] std::string change_plot(const ChangePlot& plot);

}  // namespace securebase::report
