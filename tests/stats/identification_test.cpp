#include "stats/identification.hpp"

#include <gtest/gtest.h>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::MatrixXd;

TEST(Identification, names_who_takes_part_in_a_flat_direction) {
  MatrixXd information(4, 4);
  information << 1, 1, 0, 0,  //
      1, 1, 0, 0,             //
      0, 0, 1e-6, 0,          //
      0, 0, 0, 1e6;
  EXPECT_EQ(unidentified(information), (std::vector<Eigen::Index>{0, 1}));
  EXPECT_TRUE(unidentified(MatrixXd::Identity(3, 3)).empty());
  EXPECT_TRUE(unidentified(MatrixXd(0, 0)).empty());
  EXPECT_EQ(unidentified(information, 1e-5), (std::vector<Eigen::Index>{0, 1, 2}));
  information(2, 2) = 0;
  EXPECT_EQ(unidentified(information), (std::vector<Eigen::Index>{0, 1, 2}));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
