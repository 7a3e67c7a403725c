#include "costmodel/query/assignments.h"

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

using costcheck::Assignments;
using costcheck::CostError;
using costcheck::Expr;
using costcheck::ParseExpr;
using costcheck::Settings;

namespace {

Settings Resolved(const std::string& text) {
  Assignments assignments;
  assignments.Add(text, "--set");
  return assignments.Resolve();
}

}  // namespace

TEST_CASE("Values are expressions in other names, set or not", "[assignments]") {
  const Settings settings = Resolved("d=2*T,T=8K,W=T/8,p=1/2");
  CHECK(settings.Get("d") == Expr(16384));
  CHECK(settings.Get("W") == Expr(1024));
  CHECK(settings.values().at("p") == Expr(costcheck::Rational(1, 2)));
  CHECK(Resolved("K=min(32,T/8)").values().at("K") == ParseExpr("min(32,T/8)"));
}

TEST_CASE("A component's own settings stand above the common ones", "[assignments]") {
  Assignments assignments;
  assignments.Add("K=8,d=2*T,T=64", "--set");
  const Settings own = assignments.With({{"T", "128"}, {"K", "T/4"}}, "topk_mlp").Resolve();
  CHECK(own.values().at("K") == Expr(32));
  CHECK(own.values().at("d") == Expr(256));
  CHECK(assignments.Resolve().values().at("d") == Expr(128));
}

TEST_CASE("A name set to itself stays open", "[assignments]") {
  CHECK(Resolved("B=B").values().at("B") == ParseExpr("B"));
}

TEST_CASE("Lists are read between brackets", "[assignments]") {
  const Settings settings = Resolved("d=64,bands=[20:3*d,20:96,160:16@8],bucket_sizes=[5,7,11]");
  REQUIRE(settings.bands.size() == 3);
  CHECK(settings.bands[0].width == Expr(192));
  CHECK(settings.bands[2].hash_rows == Expr(8));
  CHECK(settings.bucket_sizes == std::vector<Expr>{5, 7, 11});
}

TEST_CASE("A name that a value mentions is told from one inside a longer name", "[assignments]") {
  Assignments assignments;
  assignments.Add("d=2*H_kv", "--set");
  CHECK(assignments.Mentions("H_kv"));
  CHECK_FALSE(assignments.Mentions("H"));
}

TEST_CASE("Bad settings are refused", "[assignments]") {
  for (const char* text :
       {"K", "K=", "=8", "K=8,K=9", "K=K+1", "K=0", "p=0", "K=1/2", "K=1e19", "nothing=1",
        "bands=20:3", "bands=[20]", "bucket_sizes=[5", "K=full()"}) {
    INFO(text);
    CHECK_THROWS_AS(Resolved(text), CostError);
  }
}
