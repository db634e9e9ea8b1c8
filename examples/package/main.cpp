// A course of distress over six visits in forty made-up clients, fitted by restricted maximum likelihood.

#include <cstdio>

#include "stats/mixed_inference.hpp"
#include "stats/mixed_simulate.hpp"

using namespace securebase;

int main() {
  constexpr std::size_t clients = 40;
  constexpr std::size_t visits = 6;
  constexpr std::size_t rows = clients * visits;

  // distress ~ visit + (visit | client): columns of the fixed effects and of what varies between clients.
  stats::MixedDesign design;
  design.fixed_names = {"(Intercept)", "visit"};
  design.fixed = stats::Matrix(rows, 2, 1);
  design.groupings = {{"client", {}}};
  for (std::size_t i = 0; i < rows; ++i) {
    design.fixed(i, 1) = static_cast<double>(i % visits);
    design.groupings[0].level.push_back(static_cast<std::uint32_t>(i / visits));
  }
  design.terms = {{0, design.fixed, design.fixed_names, stats::CovarianceShape::full}};
  design.response.resize(rows);

  stats::Matrix between(2, 2);
  between(0, 0) = 9;
  between(1, 1) = 0.25;
  design.response = stats::simulate_mixed(design, {{20, -0.8}, {between}, {2}, 0}, stats::RandomKey{2026, 0});

  const auto model = stats::make_mixed_model(design);
  if (!model) {
    std::fprintf(stderr, "%s\n", to_text(model.error()).c_str());
    return 1;
  }
  const auto fit = stats::fit_mixed_model(*model, stats::MixedLikelihood::restricted);
  const auto tests = fit ? stats::satterthwaite(*model, *fit, stats::each_effect(*fit))
                         : Result<std::vector<stats::ContrastTest>>(tl::unexpected(fit.error()));
  if (!tests) {
    std::fprintf(stderr, "%s\n", to_text(tests.error()).c_str());
    return 1;
  }
  for (std::size_t j = 0; j < tests->size(); ++j)
    std::printf("%-12s %7.3f  error %.3f  df %.1f  p %.4f\n", fit->fixed[j].name.c_str(),
                (*tests)[j].estimate, (*tests)[j].std_error, (*tests)[j].df, (*tests)[j].p);
}
