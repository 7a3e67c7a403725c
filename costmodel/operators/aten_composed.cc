#include <utility>

#include "costmodel/operators/aten.h"

namespace costcheck {
namespace {

using Handles = std::vector<Handle>;

std::string GradientName(const Tracked& variable) {
  return "gradient of " + NameOf(variable.value);
}

}  // namespace

/// Mean and reciprocal deviation a row; backward, sums of the parameters' gradients by thread.
Tracked Aten::LayerNorm(const std::vector<Tracked>& in, const std::string& what) {
  const Dimensions sizes = in[0].value->layout.sizes;
  const std::int64_t width = sizes.back(), rows = in[0].value->layout.Elements() / width;
  const Handle out = New(sizes, what);
  const Handle mean = New({rows}, what + ", mean"), deviation = New({rows}, what + ", deviation");
  std::vector<std::string> names;
  for (const Tracked& variable : in) names.push_back(GradientName(variable));
  const bool of_x = in[0].RequiresGradient();
  const auto back = [=, this](const Handles& gradients, const Handles&) {
    const Handle gradient = Contiguous(gradients[0]);
    Handles results = {of_x ? New(gradient->layout.sizes, names[0]) : nullptr};
    for (std::size_t i = 1; i < names.size(); ++i) results.push_back(New({width}, names[i]));
    New({2, threads_, width}, "sums of each thread");
    return results;
  };
  return tape_.Record(in, {in[0].value, in[1].value, mean, deviation}, {out}, back).front();
}

/// pow, sum, divided in place, + offset, rsqrt in place, and two products.
Tracked Aten::RmsNorm(std::vector<Tracked> in, const std::string& what) {
  Tracked x = std::move(in[0]);
  const Dimensions sizes = x.value->layout.sizes;
  Dimensions rows = sizes;
  rows.back() = 1;
  const auto pow_back = [this, name = GradientName(x)](const Handles& gradients,
                                                       const Handles& saved) {
    const Handle power = ElementwiseOf({saved[0]}, name);
    const Handle twice = ScaledOf(power, name);
    return Handles{ElementwiseOf({gradients[0], twice}, name)};
  };
  const std::string squares = what + ", squares", root = what + ", root";
  Tracked mean = tape_.Record({x}, {x.value}, {ElementwiseOf({x.value}, squares)}, pow_back)[0];
  const auto sum_back = [sizes](const Handles& gradients, const Handles&) {
    return Handles{SharedAs(gradients[0], Expanded(gradients[0]->layout, sizes))};
  };
  const auto mean_back = [this, root](const Handles& gradients, const Handles&) {
    return Handles{ScaledOf(gradients[0], "gradient of " + root)};
  };
  mean = tape_.Record({mean}, {}, {New(rows, root)}, sum_back)[0];
  NumberInPlace();
  mean = tape_.Record({mean}, {}, {mean.value}, mean_back)[0];
  NumberInPlace();
  const auto root_back = [this, root](const Handles& gradients, const Handles& saved) {
    const Handle cube = ElementwiseOf({saved[0]}, "gradient of " + root);
    const Handle half = ScaledOf(gradients[0], "gradient of " + root);
    return Handles{ElementwiseOf({half, cube}, "gradient of " + root)};
  };
  mean = tape_.Record({mean}, {mean.value}, {mean.value}, root_back)[0];
  Tracked normal = Multiply(x, std::exchange(mean, {}), what + ", without weight");
  x = {};
  const Tracked out = Multiply(std::exchange(normal, {}), in[1], what);
  return in.size() > 2 ? Add(out, in[2], what + " + bias") : out;
}

Tracked Aten::LookUp(const Tracked& table, const Tracked& index, const Dimensions& sizes,
                     const std::string& what) {
  const auto back = [this, rows = table.value->layout.sizes, name = GradientName(table)](
                        const Handles& gradients, const Handles&) {
    const Handle gradient = Contiguous(gradients[0]);
    return Handles{New(rows, name), nullptr};
  };
  return tape_.Record({table, {index.value}}, {index.value}, {New(sizes, what)}, back).front();
}

Tracked Aten::CrossEntropy(Tracked logits, Tracked targets) {
  const Tracked log_probabilities = SavingOutput(logits, "log-probabilities");
  const Dimensions sizes = logits.value->layout.sizes;
  logits = {};
  const Handle wide = NewArray(targets.value->layout.sizes, kLongBytes, "targets as int64");
  targets = {};
  const Handle loss = New({}, "loss"), weight = New({}, "total weight");
  const auto back = [this, sizes](const Handles&, const Handles&) {
    return Handles{New(sizes, "gradient of log-probabilities")};
  };
  return tape_.Record({log_probabilities}, {log_probabilities.value, wide, weight}, {loss}, back)
      .front();
}

/// Where no gradient came, a zero stands for all elements while they are put together.
std::vector<Tracked> Aten::Unbind(const Tracked& x, std::size_t dimension) {
  const Dimensions before = x.value->layout.sizes;
  Layout layout = x.value->layout;
  const auto at = static_cast<std::ptrdiff_t>(dimension);
  layout.sizes.erase(layout.sizes.begin() + at);
  layout.strides.erase(layout.strides.begin() + at);
  const auto back = [this, before, name = GradientName(x)](const Handles& gradients,
                                                           const Handles&) {
    Handles zeros;
    for (const Handle& gradient : gradients) {
      if (!gradient) zeros.push_back(New({}, "a zero"));
    }
    return Handles{New(before, name)};
  };
  const Handles views(static_cast<std::size_t>(before[dimension]), SharedAs(x.value, layout));
  return tape_.Record({x}, {}, views, back);
}

Tracked Aten::Concatenate(const std::vector<Tracked>& parts, std::size_t dimension,
                          const std::string& what) {
  Dimensions sizes = parts.front().value->layout.sizes;
  sizes[dimension] = 0;
  std::vector<Dimensions> of_parts;
  for (const Tracked& part : parts) {
    of_parts.push_back(part.value->layout.sizes);
    sizes[dimension] += of_parts.back()[dimension];
  }
  const auto back = [of_parts](const Handles& gradients, const Handles&) {
    Handles results;
    for (const Dimensions& part : of_parts) {
      results.push_back(SharedAs(gradients[0], {part, gradients[0]->layout.strides}));
    }
    return results;
  };
  return tape_.Record(parts, {}, {New(sizes, what)}, back).front();
}

/// CopySlices copies the gradient whole, and its part once more; what is read afterwards is a view
/// of the storage by at::as_strided, whose gradient is copied once more.
Tracked Aten::CopyInto(const Tracked& whole, const Tracked& part) {
  const auto back = [this, sizes = part.value->layout.sizes](const Handles& gradients,
                                                             const Handles&) {
    const Handle all = New(gradients[0]->layout.sizes, NameOf(gradients[0]));
    const Handle slice = New(sizes, NameOf(gradients[0]));
    const Handle zeros = New(sizes, NameOf(gradients[0]));
    return Handles{all, slice};
  };
  const auto strided_back = [this](const Handles& gradients, const Handles&) {
    return Handles{New(gradients[0]->layout.sizes, NameOf(gradients[0]))};
  };
  const Tracked written = tape_.Record({whole, part}, {}, {whole.value}, back).front();
  return tape_.Record({written}, {}, {whole.value}, strided_back).front();
}

}  // namespace costcheck
