#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verify/corpora/unigram.h"

namespace costcheck {

/// Which token follows which: a pair's share of all pairs, in whole masses.
struct CouplingCell {
  std::int32_t previous;
  std::int32_t next;
  std::int64_t mass;

  bool operator==(const CouplingCell&) const = default;
};

/// A law of pairs of neighbouring tokens, sparse, whose first and second tokens both have a given
/// unigram law: for every type i, the cells with previous = i and those with next = i both have
/// `copies` * law.Masses()[i] in sum, exactly. Cells are in order of (previous, next), each once.
struct Coupling {
  std::int64_t copies;
  std::vector<CouplingCell> cells;
};

/// Almost deterministic, and reversible: types of neighbouring rank (0 and 1, 2 and 3, ... of those
/// in falling order of mass) follow one another; the less frequent one of a pair always goes to the
/// other one, which goes back as often and else repeats itself. A Metropolis step (1953) whose
/// proposal is the other one of the pair. At most 3 cells a pair; a last type without a partner
/// repeats itself. Alone (a = 1) it never leaves a pair: a run has the law over many runs, not
/// over its own length.
Coupling PairCoupling(const UnigramLaw& law);

/// As in a text, frequent types are followed by many and rare ones by few: the types lie on a
/// circle in random order, each on an arc as long as its mass, and the circle is turned. The arcs
/// that an arc comes to lie on are its successors, in proportion to the overlap: what turns keeps
/// lengths, so that the law of the next token is that of the last one. `turns` turns, equally
/// probable, by the fractional parts of 0.618..., 2 * 0.618..., ... of the circle; at most 2 V
/// cells a turn. Throws CostError unless turns is 1 .. 1,000.
Coupling TurnCoupling(const UnigramLaw& law, std::int64_t turns, Stream& stream);

/// A first-order Markov source with that unigram law:
///   p(next | previous) = (1 - a) * p(next) + a * c(next | previous),
/// c the coupling's conditional law. a = 0: the past says nothing; a = 1: the coupling alone. Both
/// parts keep the law, so every mixture does. Its entropy rate is a closed sum over the types and
/// the cells: for previous i with share p_i, its cells' terms, and for all other j together
///   -(1 - a) * sum of p_j * (ln(1 - a) + ln p_j).
class MarkovSource final : public Source {
 public:
  /// Throws CostError unless 0 <= a <= 1. The coupling must be of this law.
  MarkovSource(UnigramLaw law, Coupling coupling, double a);

  std::int64_t Types() const override { return law_.Types(); }
  std::span<const double> Unigram() const override { return law_.Unigram(); }
  double EntropyRate() const override { return entropy_rate_; }
  void Conditional(std::int32_t previous, std::span<double> next) const override;
  std::vector<std::int32_t> Draw(std::int64_t count, Stream& stream) const override;

  const UnigramLaw& Law() const { return law_; }
  /// Entropy of a single token, nats: what a predictor reaches that ignores the past. The
  /// difference to EntropyRate() is what the past is worth.
  double UnigramEntropy() const { return law_.EntropyRate(); }

 private:
  std::span<const CouplingCell> CellsAfter(std::int32_t previous) const;
  double CellShare(const CouplingCell& cell) const;
  std::int32_t DrawAfter(std::int32_t previous, Stream& stream) const;
  double RateAfter(std::int32_t previous) const;

  UnigramLaw law_;
  Coupling coupling_;
  double a_;
  std::vector<std::size_t> first_cell_;   // by previous; one more at the end
  std::vector<std::int64_t> mass_up_to_;  // within its row, a cell and those before it
  double entropy_rate_;
};

}  // namespace costcheck
