#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/printed_number.h"

// A claim as data: what a source says, under which conditions, and what decides it. Read from a
// TOML file (claim_file.h; docs/claim-files.md describes every key), decided by decide.h.

namespace costcheck {

/// The file and line of a key: "claims/seeds.toml:17".
struct ClaimPlace {
  std::string file;
  int line = 0;
};
std::string PlaceText(const ClaimPlace& place);

/// Where claims are quoted from.
struct ClaimSource {
  std::string id;         ///< "vaswani2017"
  std::string title;      ///< of the work
  std::string reference;  ///< authors, year, arXiv number or address
  ClaimPlace place;
};

/// A named expression.
struct ClaimDefinition {
  std::string name;
  std::string expression;
  ClaimPlace place;
};

/// What a document or a program says that is not judged itself, and that claims are held against.
struct ClaimFact {
  std::string id;
  std::string source;                    ///< id of a source, or ""
  std::string where;                     ///< page, table, file
  std::string quote;                     ///< "" for a fact about a program
  std::string value;                     ///< a number as printed, or words
  std::string unit;                      ///< of a number
  std::optional<PrintedNumber> printed;  ///< of value and unit; nothing for words
  ClaimPlace place;
};

/// How components are counted and what symbols are set to; a field that is missing stays as it is.
struct ClaimCounting {
  std::optional<std::string> convention, scope, phase, causal, count;
  std::string set;  ///< "T=8K,d=128": as --set
};

/// Another meaning that the words of a claim cover: a claim that holds as its source counts, and
/// not so, depends on the convention.
struct ClaimReading {
  std::string name;        ///< "all heads"
  ClaimCounting counting;  ///< above the claim's
  std::string is;          ///< another expression; "": the number's own
  ClaimPlace place;
};

/// A figure over claimed cells.
struct ClaimStatistic {
  std::string name;                  ///< of StatisticNames(): "mean", "t_lower"
  std::vector<std::string> of;       ///< expressions in claims and facts, a cell each
  std::vector<std::string> against;  ///< the other cell of each pair, for paired tests
  double level = 0.95;
  int pairs = 0;  ///< for a test whose cells are not printed: how many there were
};

/// Where two costs meet.
struct ClaimCrossover {
  std::string a, b;  ///< B becomes cheaper than A
  std::string in;    ///< the free symbol: "T"
};

enum class ClaimRelation { kIs, kAbout, kLess, kAtMost, kMore, kAtLeast };

/// One number of a claim, and what it must be. At most one of `is`, `statistic`, `crossover`;
/// with none of them, and no check that uses it, nothing decides the number.
struct ClaimNumber {
  PrintedNumber printed;
  ClaimRelation relation = ClaimRelation::kIs;
  std::optional<Rational> tolerance;  ///< of kAbout: a part of the value
  std::vector<std::string> is;        ///< expressions; the number must be each of them
  std::optional<ClaimStatistic> statistic;
  std::optional<ClaimCrossover> crossover;
  ClaimPlace place;
};

enum class CheckKind {
  kRequires,    ///< a relation between claims, facts and costs: "Q7b < 1"
  kSame,        ///< the words of a fact are those of the claim (`words`)
  kGrowth,      ///< a cost grows with a power of a symbol
  kEntropy,     ///< a loss is not below the entropy of its source
  kAmdahl,      ///< a whole's speedup is at most whole / (whole - part)
  kLimit,       ///< a ratio is below its limit as a symbol grows
  kExperiment,  ///< recorded runs
};

/// Of a recorded experiment: a linear predicate over an arm, or over a pair of arms.
struct ClaimExperiment {
  std::string name;       ///< "B5"
  std::string form;       ///< "described", "corrected"
  std::string metric;     ///< of the runs' results: "expected_loss"
  std::string arm;        ///< or, of a pair, the challenger
  std::string baseline;   ///< "" for one arm
  std::string predicate;  ///< "ratio < 0.9", "difference < 0", "value > 4.2", "draws include 0.042"
  std::string tune;       ///< metric by which an arm's settings are chosen: "validation_loss"
  double level = 0.95;
};

struct ClaimCheck {
  CheckKind kind = CheckKind::kRequires;
  std::string expression;              ///< requires, growth; of a bound the claimed number's name
  std::string symbol;                  ///< growth, limit
  std::string power;                   ///< growth: the largest power claimed
  std::string fact, words;             ///< same
  std::string part, whole;             ///< Amdahl
  std::string numerator, denominator;  ///< limit
  double exponent = 0;                 ///< entropy, of Zipf's law
  long long types = 0;
  std::string share;  ///< entropy: the part of targets that cannot be seen; "" all
  ClaimExperiment experiment;
  std::string because;  ///< what the check is for, in words; "" where it is plain
  ClaimPlace place;
};

struct Claim {
  std::string id;
  std::string source;             ///< id of the source quoted
  std::vector<std::string> also;  ///< further sources that say it
  std::string where;              ///< page, table and row
  std::string quote;              ///< exact
  std::string quantity;           ///< what it is of: "speedup of attention"
  std::string topic;              ///< heading in an audit
  std::string table;              ///< claims of one table: what the others set is tried for a slip
  ClaimCounting counting;
  std::string baseline, hardware;  ///< in words, for the reader
  std::vector<ClaimNumber> numbers;
  std::vector<ClaimReading> readings;
  std::vector<ClaimCheck> checks;
  std::string open;  ///< why nothing decides it; only where nothing does
  std::string note;  ///< what a reader should know beside the verdict
  ClaimPlace place;
};

struct ClaimFile {
  std::string title;
  std::string introduction;  ///< paragraphs, for an audit
  std::vector<ClaimSource> sources;
  std::vector<ClaimDefinition> definitions;
  std::vector<ClaimFact> facts;
  std::vector<Claim> claims;
};

/// How expressions name a claim's numbers: "S01a" for the only one, "P3_1", "P3_2" of several.
std::string NumberName(const Claim& claim, std::size_t index);

}  // namespace costcheck
