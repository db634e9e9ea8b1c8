// The golden cases of every shipped definition hold, and would not hold if its key were wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "measures/scoring.hpp"
#include "shipped_definitions.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using catalog::Instrument;
using catalog::Key;
using catalog::Scale;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::scale_of;
using testing::shipped;

class Golden : public ::testing::TestWithParam<std::string> {
 protected:
  Instrument instrument_ = shipped(GetParam());
};

std::vector<std::string> ids() {
  std::vector<std::string> result;
  for (const Instrument& instrument : shipped().instruments) result.push_back(instrument.id);
  return result;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& id) {
  std::string name = id.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Golden, ::testing::ValuesIn(ids()), test_name);

bool contains(const std::vector<int>& items, int item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// An instrument with one of its scales alone and the golden cases its key in one order must give.
struct OneKey {
  Instrument instrument;
  std::string order;  ///< empty: the orders that use the scale's own key

  Key& key() {
    Scale& scale = instrument.scales.front();
    return order.empty() ? scale.key : scale.order_keys.at(order);
  }
};

OneKey one_key(const Instrument& whole, const Scale& scale, const std::string& order) {
  OneKey one{whole, order};
  one.instrument.scales = {scale};
  one.instrument.scales.front().norms.clear();
  std::erase_if(one.instrument.golden_cases, [&](const catalog::GoldenCase& golden) {
    const bool own_key = scale.order_keys.contains(golden.order);
    return order.empty() ? own_key : golden.order != order;
  });
  return one;
}

/// Every key of an instrument: of its scales, and of their orders.
std::vector<OneKey> keys(const Instrument& instrument) {
  std::vector<OneKey> all;
  for (const Scale& scale : instrument.scales) {
    all.push_back(one_key(instrument, scale, ""));
    for (const auto& [order, key] : scale.order_keys) all.push_back(one_key(instrument, scale, order));
  }
  return all;
}

bool is_recoded(const Key& key, int item) {
  return std::any_of(key.recodes.begin(), key.recodes.end(),
                     [&](const catalog::Recode& recode) { return contains(recode.items, item); });
}

void flip(Key& key, int item) {
  if (contains(key.reversed, item))
    std::erase(key.reversed, item);
  else
    key.reversed.push_back(item);
}

TEST_P(Golden, CasesHold) {
  std::string faults;
  for (const Error& fault : prove_golden(instrument_)) faults += to_text(fault) + "\n";
  EXPECT_EQ(faults, "");
}

TEST_P(Golden, EveryFlippedItemIsReported) {
  for (OneKey& one : keys(instrument_)) {
    const Key right = one.key();
    for (const int item : right.items) {
      if (is_recoded(right, item)) continue;
      flip(one.key(), item);
      EXPECT_FALSE(prove_golden(one.instrument).empty()) << "item " << item;
      one.key() = right;
    }
  }
}

TEST_P(Golden, EveryItemTakenForAnotherIsReported) {
  for (OneKey& one : keys(instrument_)) {
    const Key right = one.key();
    std::erase_if(one.instrument.golden_cases, [](const catalog::GoldenCase& golden) {
      return golden.name.find("tell the items apart") == std::string::npos;
    });
    for (const int item : right.items)
      for (const catalog::Item& other : instrument_.items) {
        if (contains(right.items, other.number) || is_recoded(right, item)) continue;
        std::replace(one.key().items.begin(), one.key().items.end(), item, other.number);
        std::replace(one.key().reversed.begin(), one.key().reversed.end(), item, other.number);
        EXPECT_FALSE(prove_golden(one.instrument).empty()) << item << " -> " << other.number;
        one.key() = right;
      }
  }
}

TEST_P(Golden, EveryItemForgottenIsReported) {
  for (OneKey& one : keys(instrument_)) {
    const Key right = one.key();
    for (const int item : right.items) {
      std::erase(one.key().items, item);
      std::erase(one.key().reversed, item);
      for (catalog::Recode& recode : one.key().recodes) std::erase(recode.items, item);
      EXPECT_FALSE(prove_golden(one.instrument).empty()) << "item " << item;
      one.key() = right;
    }
  }
}

TEST_P(Golden, AnAlteredExpectationIsReported) {
  const auto cases = instrument_.golden_cases;
  for (const catalog::GoldenCase& golden : cases) {
    instrument_.golden_cases = {golden};
    for (auto& [scale, expected] : instrument_.golden_cases.front().scores) {
      const auto right = expected;
      expected = right ? *right + 1e-6 : 1.0;
      const Faults faults = prove_golden(instrument_);
      ASSERT_EQ(faults.size(), 1U) << golden.name;
      EXPECT_THAT(faults[0].detail, HasSubstr(golden.name));
      EXPECT_THAT(faults[0].detail, HasSubstr(scale));
      expected = right;
    }
  }
}

TEST_P(Golden, AnAlteredMissingRuleIsReported) {
  for (Scale& scale : instrument_.scales) {
    const auto right = scale.missing;
    if (right.rule == catalog::MissingRule::complete) scale.missing.rule = catalog::MissingRule::prorate;
    scale.missing.max_missing = right.max_missing + 1;
    EXPECT_FALSE(prove_golden(instrument_).empty()) << scale.id << ": one more missing answer";
    scale.missing = right;
    if (right.max_missing == 0) continue;
    scale.missing.max_missing = right.max_missing - 1;
    EXPECT_FALSE(prove_golden(instrument_).empty()) << scale.id << ": one missing answer less";
    scale.missing = right;
    scale.missing.rule =
        right.rule == catalog::MissingRule::zero ? catalog::MissingRule::prorate : catalog::MissingRule::zero;
    EXPECT_FALSE(prove_golden(instrument_).empty()) << scale.id << ": the other rule";
    scale.missing = right;
  }
}

TEST_P(Golden, AMovedBandIsReported) {
  for (Scale& scale : instrument_.scales)
    for (catalog::Bands& bands : scale.bands)
      for (std::size_t i = 1; i < bands.bands.size(); ++i)
        for (const double step : {-scale.multiply, scale.multiply}) {  // scores lie that far apart
          bands.bands[i].from += step;
          EXPECT_FALSE(prove_golden(instrument_).empty()) << bands.bands[i].label << " moved by " << step;
          bands.bands[i].from -= step;
        }
}

TEST_P(Golden, AnAlteredCriterionIsReported) {
  for (catalog::Criterion& criterion : instrument_.criteria) {
    const catalog::Criterion right = criterion;
    for (std::size_t c = 0; c < right.conditions.size(); ++c) {
      for (const int step : {-1, 1}) {
        criterion.conditions[c].at_least += step;
        EXPECT_FALSE(prove_golden(instrument_).empty()) << criterion.id << " threshold " << step;
        criterion = right;
      }
      for (const int step : {-1, 1}) {
        const int count = right.conditions[c].count + step;
        if (count < 1 || count > static_cast<int>(right.conditions[c].items.size())) continue;
        criterion.conditions[c].count = count;
        EXPECT_FALSE(prove_golden(instrument_).empty()) << criterion.id << " count " << count;
        criterion = right;
      }
      criterion.conditions.erase(criterion.conditions.begin() + static_cast<std::ptrdiff_t>(c));
      EXPECT_FALSE(prove_golden(instrument_).empty()) << criterion.id << " without condition " << c + 1;
      criterion = right;
    }
    for (auto* ids : {&criterion.requires_, &criterion.excludes}) {
      if (ids->empty()) continue;
      ids->pop_back();
      EXPECT_FALSE(prove_golden(instrument_).empty()) << criterion.id;
      criterion = right;
    }
  }
}

TEST_P(Golden, ARiskItemForgottenOrRaisedIsReported) {
  for (catalog::Risk& risk : instrument_.risks) {
    ++risk.at_least;
    EXPECT_FALSE(prove_golden(instrument_).empty());
    --risk.at_least;
  }
  if (instrument_.risks.empty()) return;
  instrument_.risks.clear();
  EXPECT_FALSE(prove_golden(instrument_).empty());
}

TEST_P(Golden, EveryChangedRecodeIsReported) {
  for (OneKey& one : keys(instrument_))
    for (catalog::Recode& recode : one.key().recodes)
      for (auto& [answer, value] : recode.table) {
        value += 1;
        EXPECT_FALSE(prove_golden(one.instrument).empty()) << "answer " << answer;
        value -= 1;
      }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
