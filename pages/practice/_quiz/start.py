"""Before a sitting: what waits today, and what to practise."""

from datetime import date

import streamlit as st

from pages._ui.controls import choose_topics
from pages._ui.frame import section
from pages._ui.visitor import is_remembered, today
from pages._ui.words import count
from pages.practice._sitting import begin, plan_today
from quizzes.review import Plan


def show_start() -> None:
    """Topics, what is due, and the button that begins."""
    st.markdown(
        "One question at a time. A wrong answer is worth as much as a right one here: it tells "
        "you what to look at. What you missed comes back soon, what you know comes back later."
    )
    topics = choose_topics("None chosen means all of them, mixed.")
    plan = plan_today(topics)
    title, words = _words(plan, today())
    section(title, words)
    if plan.picks:
        label = "Begin" if plan.state == "nothing yet" else f"Begin with {_first(plan)}"
        st.button(label, type="primary", on_click=begin, args=(plan.picks, topics), shortcut="N")
    elif plan.state == "all done":
        more = plan_today(topics, more=True)
        if more.picks:
            st.button("Go on all the same", on_click=begin, args=(more.picks, topics))
    if not is_remembered():
        st.info(
            "Your browser keeps no cookies for this site, so your progress is forgotten when you "
            "close the tab.",
            icon=":material/cookie_off:",
        )


def _first(plan: Plan) -> str:
    n_due = sum(pick.reason == "due" for pick in plan.picks)
    n_new = len(plan.picks) - n_due
    parts = [f"{n_due} due" if n_due else "", f"{n_new} new" if n_new else ""]
    return " and ".join(filter(None, parts))


def _words(plan: Plan, day: date) -> tuple[str, str]:
    """A title and what to expect, by the state of the record."""
    match plan.state:
        case "nothing yet":
            return (
                "Ten questions, about ten minutes",
                "There is no account. Your answers are kept for this browser; on the page "
                "*Progress* you can move them to another device, download them, or delete them.",
            )
        case "all done":
            when = _when(plan.next_due, day)
            return (
                "All done for today",
                f"Nothing is due any more. {count(plan.n_next, 'question')} will be due {when}. "
                "Forgetting a little in between is part of the method: what is hard to recall and "
                "recalled all the same stays longest."
                if plan.n_next
                else "You have answered everything there is on this. Choose another topic.",
            )
        case "returning":
            return (
                "Welcome back",
                f"It has been {plan.days_away} days. {count(plan.n_due, 'question')} "
                f"{'is' if plan.n_due == 1 else 'are'} waiting; ten of them are enough for today. "
                "What you still know moves far ahead at once.",
            )
    if plan.n_due:
        return (
            f"{count(plan.n_due, 'question')} due today",
            "They come first, mixed across topics; then new ones follow.",
        )
    return (
        f"{count(plan.n_new, 'new question')} for today",
        "What you have answered so far need not come back yet.",
    )


def _when(due: date | None, day: date) -> str:
    if due is None:
        return "later"
    days = (due - day).days
    return "tomorrow" if days == 1 else f"in {days} days"
