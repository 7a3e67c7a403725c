#include "verify/corpora/markov.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "costmodel/algebra/compensated_sum.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

std::size_t Index(std::int32_t type) { return static_cast<std::size_t>(type); }

bool InOrder(const CouplingCell& a, const CouplingCell& b) {
  return a.previous != b.previous ? a.previous < b.previous : a.next < b.next;
}

// Sorts the cells, and adds up those of the same pair.
void Tidy(std::vector<CouplingCell>& cells) {
  std::erase_if(cells, [](const CouplingCell& cell) { return cell.mass == 0; });
  std::sort(cells.begin(), cells.end(), InOrder);
  std::size_t kept = 0;
  for (const CouplingCell& cell : cells) {
    if (kept > 0 && !InOrder(cells[kept - 1], cell)) {
      cells[kept - 1].mass += cell.mass;
    } else {
      cells[kept++] = cell;
    }
  }
  cells.resize(kept);
}

// Arcs on a circle as long as the total mass: arc k begins at begins[k], types[k] lies on it.
struct Circle {
  std::vector<std::int32_t> types;
  std::vector<std::int64_t> begins;  // one more at the end: the total
};

Circle RandomCircle(const UnigramLaw& law, Stream& stream) {
  Circle circle;
  circle.types.resize(law.Masses().size());
  std::iota(circle.types.begin(), circle.types.end(), 0);
  stream.Shuffle(std::span(circle.types));
  circle.begins.push_back(0);
  for (const std::int32_t type : circle.types) {
    circle.begins.push_back(circle.begins.back() + law.Masses()[Index(type)]);
  }
  return circle;
}

// The cells of one turn: walks the arcs' ends of the circle and of the turned circle, in order.
void AddTurn(const Circle& circle, std::int64_t shift, std::vector<CouplingCell>& cells) {
  const std::int64_t total = circle.begins.back();
  const auto after = [&](std::int64_t place) {
    return std::upper_bound(circle.begins.begin(), circle.begins.end(), place);
  };
  std::int64_t place = 0;
  while (place < total) {
    const std::int64_t turned = (place + shift) % total;
    const auto end = after(place);
    const auto turned_end = after(turned);
    const std::int64_t length = std::min(*end - place, *turned_end - turned);
    cells.push_back({circle.types[static_cast<std::size_t>(end - circle.begins.begin() - 1)],
                     circle.types[static_cast<std::size_t>(turned_end - circle.begins.begin() - 1)],
                     length});
    place += length;
  }
}

}  // namespace

Coupling PairCoupling(const UnigramLaw& law) {
  const std::span<const std::int64_t> masses = law.Masses();
  std::vector<std::int32_t> ranked(masses.size());
  std::iota(ranked.begin(), ranked.end(), 0);
  std::stable_sort(ranked.begin(), ranked.end(), [&](std::int32_t a, std::int32_t b) {
    return masses[Index(a)] > masses[Index(b)];
  });
  Coupling coupling{1, {}};
  for (std::size_t rank = 0; rank < ranked.size(); rank += 2) {
    const std::int32_t more = ranked[rank];
    const std::int32_t less = ranked[std::min(rank + 1, ranked.size() - 1)];
    if (more == less) {
      coupling.cells.push_back({more, more, masses[Index(more)]});
      break;
    }
    coupling.cells.push_back({more, less, masses[Index(less)]});
    coupling.cells.push_back({less, more, masses[Index(less)]});
    coupling.cells.push_back({more, more, masses[Index(more)] - masses[Index(less)]});
  }
  Tidy(coupling.cells);
  return coupling;
}

Coupling TurnCoupling(const UnigramLaw& law, std::int64_t turns, Stream& stream) {
  constexpr std::int64_t kMostTurns = 1000;  // 2^52 times as much is within 63 bits
  if (turns < 1 || turns > kMostTurns) {
    throw CostError("A source of turns has 1 to " + std::to_string(kMostTurns) +
                    " of them, but here " + std::to_string(turns) + ".");
  }
  constexpr double kGoldenSection = 0.61803398874989485;
  const Circle circle = RandomCircle(law, stream);
  const std::int64_t total = circle.begins.back();
  const auto step = static_cast<std::int64_t>(kGoldenSection * static_cast<double>(total));
  Coupling coupling{turns, {}};
  std::int64_t shift = 0;
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    shift = (shift + step) % total;
    AddTurn(circle, shift, coupling.cells);
  }
  Tidy(coupling.cells);
  return coupling;
}

MarkovSource::MarkovSource(UnigramLaw law, Coupling coupling, double a)
    : law_(std::move(law)), coupling_(std::move(coupling)), a_(a) {
  if (!(0 <= a && a <= 1)) {
    throw CostError("What a Markov source takes from its last token is a share of 0 to 1, not " +
                    std::to_string(a) + ".");
  }
  std::size_t cell = 0;
  for (std::int32_t previous = 0; previous < Types(); ++previous) {
    first_cell_.push_back(cell);
    std::int64_t mass = 0;
    for (; cell < coupling_.cells.size() && coupling_.cells[cell].previous == previous; ++cell) {
      mass_up_to_.push_back(mass += coupling_.cells[cell].mass);
    }
    COSTCHECK_CHECK(mass == coupling_.copies * law_.Masses()[Index(previous)]);
  }
  COSTCHECK_CHECK(cell == coupling_.cells.size());
  first_cell_.push_back(cell);
  CompensatedSum rate;
  for (std::int32_t previous = 0; previous < Types(); ++previous) {
    rate.Add(Unigram()[Index(previous)] * RateAfter(previous));
  }
  entropy_rate_ = rate.Value();
}

std::span<const CouplingCell> MarkovSource::CellsAfter(std::int32_t previous) const {
  const std::size_t first = first_cell_[Index(previous)];
  return std::span(coupling_.cells).subspan(first, first_cell_[Index(previous) + 1] - first);
}

double MarkovSource::CellShare(const CouplingCell& cell) const {
  return static_cast<double>(cell.mass) /
         static_cast<double>(coupling_.copies * law_.Masses()[Index(cell.previous)]);
}

void MarkovSource::Conditional(std::int32_t previous, std::span<double> next) const {
  COSTCHECK_CHECK(0 <= previous && previous < Types());
  law_.Conditional(previous, next);
  // After a type that never occurs, only the unigram law says anything.
  if (law_.Masses()[Index(previous)] == 0) return;
  for (double& p : next) p *= 1 - a_;
  for (const CouplingCell& cell : CellsAfter(previous))
    next[Index(cell.next)] += a_ * CellShare(cell);
}

double MarkovSource::RateAfter(std::int32_t previous) const {
  const std::span<const double> p = Unigram();
  const double rest = 1 - a_;
  const auto term = [](double q) { return q > 0 ? -q * std::log(q) : 0; };
  CompensatedSum rate;
  // All j by the unigram law alone: rest * (H - ln(rest)); then the cells' j by what they have.
  if (rest > 0) rate.Add(rest * (UnigramEntropy() - std::log(rest)));
  for (const CouplingCell& cell : CellsAfter(previous)) {
    const double alone = rest * p[Index(cell.next)];
    rate.Add(-term(alone));
    rate.Add(term(alone + a_ * CellShare(cell)));
  }
  return rate.Value();
}

std::int32_t MarkovSource::DrawAfter(std::int32_t previous, Stream& stream) const {
  if (!(stream.Uniform() < a_)) return law_.DrawOne(stream);
  const std::span<const CouplingCell> cells = CellsAfter(previous);
  const std::span masses =
      std::span(mass_up_to_).subspan(first_cell_[Index(previous)], cells.size());
  const auto place =
      static_cast<std::int64_t>(stream.Below(static_cast<std::uint64_t>(masses.back())));
  const auto found = std::upper_bound(masses.begin(), masses.end(), place);
  return cells[static_cast<std::size_t>(found - masses.begin())].next;
}

std::vector<std::int32_t> MarkovSource::Draw(std::int64_t count, Stream& stream) const {
  std::vector<std::int32_t> tokens;
  tokens.reserve(static_cast<std::size_t>(count));
  while (static_cast<std::int64_t>(tokens.size()) < count) {
    tokens.push_back(tokens.empty() ? law_.DrawOne(stream) : DrawAfter(tokens.back(), stream));
  }
  return tokens;
}

}  // namespace costcheck
