#include "costmodel/operators/tape.h"

#include <algorithm>

#include "tests/catch.h"

namespace costcheck {
namespace {

using Handles = std::vector<Handle>;

/// One byte an element, named by a letter; what is alive, in the order in which it was made.
class Notebook {
 public:
  explicit Notebook(bool adds_in_place = false) : tape(log, true, adds_in_place) {}

  MemoryLog log;
  Tape tape;

  Handle New(std::int64_t size, const std::string& name) { return log.NewArray({size}, 1, name); }

  /// An operator that saves what it reads; its gradients are as large as its inputs.
  Tracked Apply(const std::vector<Tracked>& in, const std::string& name) {
    std::vector<Handle> saved;
    Dimensions sizes;
    for (const Tracked& input : in) {
      saved.push_back(input.value);
      sizes.push_back(input.value->layout.sizes[0]);
    }
    const auto back = [this, sizes, name](const Handles&, const Handles&) {
      Handles results;
      for (std::int64_t size : sizes) results.push_back(New(size, "d" + name));
      return results;
    };
    return tape.Record(in, saved, {New(1, name)}, back).front();
  }

  std::string Written() const {
    std::string text;
    for (const MemoryEvent& event : log.events()) {
      text += (event.bytes < 0 ? "-" : "+") + event.what + " ";
    }
    return text;
  }
};

TEST_CASE("a node's saved arrays and gradients go when it has run", "[tape]") {
  Notebook book;
  Tracked x = book.tape.Leaf(book.New(3, "x"));
  Tracked a = book.Apply({x}, "a");
  Tracked b = book.Apply({a}, "b");
  a = {};
  CHECK(book.log.live() == 3 + 1 + 1);  // a is saved
  book.tape.Backward(b);
  b = {};
  x.value.reset();
  CHECK(book.Written() ==
        "+x +a +b +gradient of the loss +db -a +da -db -gradient of the loss -b ");
  CHECK(book.log.live() == 3 + 3);  // the leaf and its gradient
  book.tape.Clear();
  CHECK(book.log.live() == 0);
}

/// How many arrays of 3 a backward pass makes.
int ThreesOf(Notebook& book, const Tracked& number) {
  const std::size_t before = book.log.events().size();
  book.tape.Backward(number);
  const auto& events = book.log.events();
  return static_cast<int>(std::count_if(events.begin() + static_cast<std::ptrdiff_t>(before),
                                        events.end(),
                                        [](const MemoryEvent& event) { return event.bytes == 3; }));
}

TEST_CASE("second gradients are added in a new array, or in place", "[tape]") {
  for (const bool in_place : {false, true}) {
    Notebook book(in_place);
    const Tracked x = book.tape.Leaf(book.New(3, "x"));
    const Tracked sum = book.Apply({book.Apply({x}, "a"), book.Apply({x}, "b")}, "s");
    CHECK(ThreesOf(book, sum) == (in_place ? 2 : 3));  // of a, of b, and their sum
    CHECK(book.tape.GradientOf(x)->layout.sizes == Dimensions{3});
  }
}

TEST_CASE("nothing is added into an array that another holds, that is a view or has gaps",
          "[tape]") {
  using Change = Handle (*)(Notebook&, Handle&);
  const auto threes = [](Change change) {
    Notebook book(true);
    Handle other;
    const auto back = [&](const Handles&, const Handles&) { return Handles{change(book, other)}; };
    const Tracked x = book.tape.Leaf(book.New(3, "x"));
    // The node added last runs first, and its gradient is the one that arrives first.
    const Tracked a = book.Apply({x}, "a");
    const Tracked b = book.tape.Record({x}, {}, {book.New(1, "b")}, back).front();
    return ThreesOf(book, book.Apply({a, b}, "s"));
  };
  CHECK(threes([](Notebook& book, Handle&) { return book.New(3, "d"); }) == 2);
  CHECK(threes([](Notebook& book, Handle& other) { return other = book.New(3, "d"); }) == 3);
  CHECK(threes([](Notebook& book, Handle&) {
          return SharedAs(book.New(3, "d"), ContiguousLayout({3}));
        }) == 3);
  // Its own array is of 6.
  CHECK(threes([](Notebook& book, Handle&) {
          return LaidOutAs(book.New(6, "d"), {{3}, {2}});
        }) == 2);
}

TEST_CASE("without a gradient nothing is saved", "[tape]") {
  Notebook book;
  Tracked x = {book.New(3, "x")};
  const Tracked a = book.Apply({x}, "a");
  CHECK_FALSE(a.RequiresGradient());
  x = {};
  CHECK(book.log.live() == 1);
}

TEST_CASE("a tape that does not record has no leaves", "[tape]") {
  MemoryLog log;
  Tape tape(log, false);
  CHECK_FALSE(tape.Leaf(log.NewArray({3}, 1, "x")).RequiresGradient());
}

TEST_CASE("a leaf that no node reads is not held", "[tape]") {
  Notebook book;
  Tracked x = book.tape.Leaf(book.New(3, "x"));
  x.value.reset();
  CHECK(book.log.live() == 0);
}

TEST_CASE("a gradient that two leaves share is copied for the first one", "[tape]") {
  Notebook book;
  const Tracked x = book.tape.Leaf(book.New(3, "x")), y = book.tape.Leaf(book.New(3, "y"));
  const auto back = [](const Handles& gradients, const Handles&) {
    return Handles{gradients[0], gradients[0]};
  };
  const Tracked sum = book.tape.Record({x, y}, {}, {book.New(3, "s")}, back).front();
  book.tape.Backward(sum);
  CHECK_FALSE(book.tape.GradientOf(x)->storage == book.tape.GradientOf(y)->storage);
}

TEST_CASE("a gradient that lies otherwise than its leaf is copied", "[tape]") {
  MemoryLog log;
  Tape tape(log, true);
  const Tracked x = tape.Leaf(log.NewArray({2, 3}, 1, "x"));
  const auto back = [&log](const Handles&, const Handles&) {
    return Handles{SharedAs(log.NewArray({3, 2}, 1, "d"), {{2, 3}, {1, 2}})};
  };
  const Tracked y = tape.Record({x}, {}, {log.NewArray({2, 3}, 1, "y")}, back).front();
  tape.Backward(y);
  CHECK(tape.GradientOf(x)->layout.IsContiguous());
}

TEST_CASE("what was broadcast gets the sum of its gradients", "[tape]") {
  MemoryLog log;
  Tape tape(log, true);
  const Tracked x = tape.Leaf(log.NewArray({3}, 1, "x"));
  const auto back = [&log](const Handles&, const Handles&) {
    return Handles{log.NewArray({2, 3}, 1, "d")};
  };
  tape.Backward(tape.Record({x}, {}, {log.NewArray({2, 3}, 1, "y")}, back).front());
  CHECK(tape.GradientOf(x)->layout.sizes == Dimensions{3});
}

}  // namespace
}  // namespace costcheck
