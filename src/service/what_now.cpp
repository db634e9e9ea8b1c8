// What to think about when an alert stands, and what may repair an alliance: questions in our words, each
// with its reason. The four parts of a review are those of routine feedback (alliance, motivation, support,
// life events; from memory); the reasons of attachment and the first steps are proposals of ours. Moves of
// repair follow what observers of ruptures describe; that what is immediate comes before what is expressive,
// and that patterns are named later, is what experts agreed on.

#include "service/alert.hpp"

namespace securebase::service {

const std::vector<WhatNow>& reasons_to_consider() {
  static const std::vector<WhatNow> reasons = {
      {"answers", "course",
       "Is it the answers themselves: a bad day, a hurried form, a question read otherwise?",
       "One set of answers is one set of answers.",
       "Go through them together, and ask the same again next time."},
      {"alliance", "course", "Do the two of you still want the same, by a way that suits, and is it felt?",
       "A strain between client and therapist often stands behind a course that turns.",
       "Ask what you could do differently, and mean it."},
      {"motivation", "course", "What does your client want by now, and what would be lost if it changed?",
       "Wanting and fearing change go together; the balance moves.", "Ask what made them come today."},
      {"support", "course", "Who is there between sessions, and has that become less?",
       "Little support at home makes work on painful things harder to bear.",
       "Go through the people of the last week by name."},
      {"life_events", "course", "What has happened in their life since it last went better?",
       "A loss, an illness or a quarrel moves answers whatever happens in therapy.",
       "Ask, and write down the day."},
      {"plan", "course", "Is the plan still right: its focus, its pace, how often you meet?",
       "A plan was made for what was known then.", "Take it to supervision, or look at it together."},
      {"too_fast", "attachment",
       "Is it too close too fast, for someone who has learned to manage without others?",
       "Closeness that is asked for before it is wanted is often answered by stepping back.",
       "Slow down: offer more choice and distance, work with what they do well, ask before you go nearer."},
      {"too_far", "attachment",
       "Is it too far away, for someone who has learned to hold on in order not to be left?",
       "Breaks, silence and a cool tone can be heard as being left.",
       "Say when you are there and when not, name the break before it comes, pick up the last thread."},
      {"no_safety", "attachment", "Is there enough safety yet, with you or at home, to look at what hurts?",
       "Without someone to come back to, looking at pain adds to it.",
       "Stay with what calms and with what is safe now; ask what would make it safer here."}};
  return reasons;
}

const std::vector<WhatNow>& repair_moves() {
  static const std::vector<WhatNow> moves = {
      {"validate", "immediate", "Said that holding back, or being annoyed, makes sense here",
       "It is the first thing, in the session itself.", ""},
      {"clarify", "immediate", "Cleared up a misunderstanding", "What was heard may not be what was meant.",
       ""},
      {"explain", "immediate", "Said again why we do it this way", "A task without its reason is an order.",
       ""},
      {"change_task", "immediate", "Changed the task or the goal", "What does not fit can be laid aside.",
       ""},
      {"refocus", "immediate", "Came back to what matters to them", "Talk may have gone where it is easier.",
       ""},
      {"invite", "expressive", "Asked how it is between us", "What is not asked is rarely told.", ""},
      {"own_part", "expressive", "Said what my own part was", "It is rarely one person's.", ""},
      {"disclose", "expressive", "Said how it is for me", "With care, and for their sake.", ""},
      {"link_pattern", "expressive", "Named how the two of us get there again",
       "Later, once it is calm: patterns come after the strain is heard.", ""},
      {"link_others", "expressive", "Asked where else it is like this",
       "Later, once it is calm: it can sound like blame.", ""}};
  return moves;
}

}  // namespace securebase::service
