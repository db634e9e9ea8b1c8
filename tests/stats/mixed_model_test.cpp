#include "stats/mixed_model.hpp"

#include <gtest/gtest.h>

#include "mixed_case.hpp"

namespace securebase::stats {
namespace {

TEST(MixedModel, a_random_slope_as_in_R) {
  const auto reference = reference::find_case("lmm/sleepstudy_slope");
  if (!reference) GTEST_SKIP() << reference::absent("lmm/sleepstudy_slope");
  const auto table = reference->table();
  const auto model =
      make_mixed_model(design_of(table, "Reaction", {"1", "Days"}, {{"Subject", {"1", "Days"}}}));
  ASSERT_TRUE(model) << to_text(model.error());
  EXPECT_EQ(model->cells(), 1U);
  const auto fit = *fit_mixed_model(*model, MixedLikelihood::restricted);
  EXPECT_NEAR(fit.log_likelihood, reference->results().at("REML").at("logLik").get<double>(), 1e-6);
}

}  // namespace
}  // namespace securebase::stats
