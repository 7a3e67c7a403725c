#include "cli/notes.h"

#include <algorithm>

#include "costmodel/component.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

bool HasParameter(std::span<const Parameter> parameters, std::string_view name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [name](const Parameter& parameter) { return parameter.name == name; });
}

bool Uses(const Subject& subject, std::string_view name) {
  if (HasWord(subject.label, name)) return true;
  return subject.component != nullptr && (HasParameter(subject.component->parameters, name) ||
                                          HasParameter(CommonParameters(), name));
}

void AddOnce(std::string note, std::vector<std::string>& notes) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace

std::vector<std::string> NotesOn(const std::vector<Subject>& subjects, const Counting& counting) {
  const Convention& convention = counting.convention;
  std::vector<std::string> notes = {"Counts " + convention.counts + "; leaves out " +
                                    convention.leaves_out + "."};
  for (const Subject& subject : subjects) {
    if (subject.component == nullptr) continue;
    if (counting.causal && !subject.component->has_causal_form) {
      AddOnce(subject.label + " has no causal form: it is counted without a mask.", notes);
    }
    for (const std::string& text : BuildGraph(*subject.component, subject.settings).assumptions) {
      AddOnce(std::string(subject.component->name) + ": " + text + ".", notes);
    }
  }
  return notes;
}

void WarnOfUnused(const Assignments& assignments, const std::vector<Subject>& subjects,
                  const Output& output) {
  for (const std::string& name : assignments.Names()) {
    const bool used = assignments.Mentions(name) ||
                      std::any_of(subjects.begin(), subjects.end(),
                                  [&name](const Subject& subject) { return Uses(subject, name); });
    if (!used) Warn(output, "'" + name + "' is set, but nothing that is asked for uses it");
  }
}

}  // namespace costcheck
