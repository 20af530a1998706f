"""Formula questions and what students answer: spacing, order, aliases, and wrong but close."""

from tests.bank.sample_items import item_of

TEXTS = "right: Well done.\nwrong: Think again.\n"
SLEEP = f"""\
key: "reaction ~ days + (days | subject)"
scenario: sleepstudy
{TEXTS}near:
  - answer: "reaction ~ (days | subject)"
    feedback: The mean slope would be zero.
    misconception: random-replaces-fixed
  - answer: "reaction ~ days + (0 + days | subject)"
    feedback: All would start alike.
    misconception: x-without-intercept
  - answer: "reaction ~ days + (days || subject)"
    feedback: No correlation is estimated.
    misconception: double-bar-splits
  - answer: "reaction ~ days * subject"
    feedback: Every participant would cost two parameters.
    misconception: participants-are-parameters
"""
UNRELATED = f"""\
key: "reaction ~ days + (days || subject)"
scenario: sleepstudy
{TEXTS}near:
  - answer: "reaction ~ days + (days | subject)"
    feedback: A correlation is estimated.
    misconception: double-bar-splits
"""
SCHOOLS = f"""\
key: "score ~ hours + (1 | school/class)"
scenario: schools
{TEXTS}near:
  - answer: "score ~ hours + (1 | school) + (1 | class)"
    feedback: There are only four letters.
    misconception: two-brackets-crossed
  - answer: "score ~ hours + (1 | class/school)"
    feedback: Turn it round.
    misconception: slash-symmetric
"""
UNIQUE = f"""\
key: "score ~ hours + (1 | school/class)"
scenario: schools
parameters: {{labels: unique}}
{TEXTS}"""
WORDS = f"""\
key: "time ~ kind + (kind | participant) + (1 | word)"
scenario: items
{TEXTS}near:
  - answer: "time ~ kind + (kind | participant)"
    feedback: Words vary too.
    misconception: averaging-removes-items
  - answer: "time ~ kind + (kind | participant) + (kind | word)"
    feedback: A word is of one kind only.
    misconception: between-predictor-slope
  - answer: "time ~ kind + (1 | participant/kind) + (1 | word)"
    feedback: Kinds are not inside a participant.
    misconception: condition-nested-in-participant
"""
GROUPS = f"""\
key: "value ~ group * condition + (1 | participant)"
scenario: unequal_variance
{TEXTS}near:
  - answer: "value ~ group * condition + (condition | participant)"
    feedback: There is one value a cell.
    misconception: slope-from-one-observation
  - answer: "value ~ group * condition + (group | participant)"
    feedback: Nobody is in two groups.
    misconception: between-predictor-slope
"""
LINKED = f"""\
key: "score ~ week + (week | participant)"
scenario: random_slopes
{TEXTS}"""
PARTED = LINKED.replace("(week |", "(week ||")
STORY = f"""\
key: "mood ~ coffee + (1 | person)"
{TEXTS}"""
ITEMS = {
    name: item_of("formula", body)
    for name, body in {
        "sleep": SLEEP,
        "unrelated": UNRELATED,
        "schools": SCHOOLS,
        "unique": UNIQUE,
        "words": WORDS,
        "groups": GROUPS,
        "linked": LINKED,
        "parted": PARTED,
        "story": STORY,
    }.items()
}

# Always the same model as the key.
RIGHT = {
    "sleep": [
        "reaction ~ days + (days | subject)",
        "reaction~days+(days|subject)",
        "  reaction   ~  days+ ( days|subject )  ",
        "reaction ~ 1 + days + (1 + days | subject)",
        "reaction ~ days + 1 + (days + 1 | subject)",
        "reaction ~ (days | subject) + days",
        "reaction ~ (1 + days | subject) + days + 1",
        "reaction ~\n  days +\n  (days | subject)",
        "reaction ~ days + days + (days | subject)",
        "reaction ~ (days) + (days | subject)",
        "reaction ~ days + (days | subject) + (1 | subject)",
        "reaction ~ days + (days | subject) + (0 + days | subject)",
        "`reaction` ~ `days` + (`days` | `subject`)",
        "reaction ~ days*days + (days | subject)",
    ],
    "unrelated": [
        "reaction ~ days + (1 + days || subject)",
        "reaction ~ days + (1 | subject) + (0 + days | subject)",
        "reaction ~ days + (0 + days | subject) + (1 | subject)",
        "reaction ~ days + (1 | subject) + (days - 1 | subject)",
        "reaction ~ (1|subject) + days + (-1+days|subject)",
    ],
    "schools": [
        "score ~ hours + (1|school/class)",
        "score ~ hours + (1 | school) + (1 | school:class)",
        "score ~ hours + (1 | school:class) + (1 | school)",
        "score ~ hours + (1 | class:school) + (1 | school)",
        "score ~ 1 + (1 | school/class) + hours",
    ],
    "words": [
        "time ~ kind + (1 | word) + (kind | participant)",
        "time ~ 1 + kind + (1 + kind | participant) + (1 | word)",
        "time~kind+(1+kind|participant)+(1|word)",
    ],
    "groups": [
        "value ~ condition * group + (1 | participant)",
        "value ~ group + condition + group:condition + (1 | participant)",
        "value ~ condition + group + condition:group + (1 | participant)",
        "value ~ (group + condition)^2 + (1 | participant)",
        "value ~ group*condition + group + (1|participant)",
    ],
    "story": ["mood ~ coffee + (1|person)", "mood ~ 1 + coffee + (1 | person)"],
}

# The same model on these data, with the reason why.
RIGHT_HERE = {
    "sleep": {
        "reaction ~ days + I(days * 24) + (days | subject)": "computed from each other",
        "reaction ~ scale(days) + (days | subject)": "computed from each other",
        "reaction ~ days + (scale(days) | subject)": "computed from each other",
        "reaction ~ I(days - 3) + (I(days - 3) | subject)": "computed from each other",
    },
    "unique": {
        "score ~ hours + (1 | school) + (1 | class)": "every label of class stands for one group",
        "score ~ hours + (1 | class) + (1 | school)": "every label of class stands for one group",
        "score ~ hours + (1 | school) + (1 | school:class) + (1 | class)": "adds nothing",
    },
    "words": {
        "time ~ kind + (0 + kind | participant) + (1 | word)": "computed from each other",
        "time ~ 0 + kind + (kind | participant) + (1 | word)": "computed from each other",
        "time ~ kind + (kind | participant) + (1 | kind:word)": "divide the rows in the same way",
        # lme4 keeps the correlation of a factor's levels under || too.
        "time ~ kind + (kind || participant) + (1 | word)": "adds nothing",
        "time ~ kind + (kind | participant) + (1 | word:kind)": "divide the rows in the same way",
    },
    "groups": {
        "value ~ group * condition + I(group * 2) + (1 | participant)": "computed from each other",
        "value ~ group * condition + (1 | participant:group)": "divide the rows in the same way",
    },
}

# Foreseen: one of the misconceptions, however it is written.
FORESEEN = {
    "sleep": {
        "reaction ~ (days | subject)": "random-replaces-fixed",
        "reaction ~ 1 + (1 + days | subject)": "random-replaces-fixed",
        "reaction ~ (1+days|subject)": "random-replaces-fixed",
        "reaction ~ days + (0 + days | subject)": "x-without-intercept",
        "reaction ~ days + (days - 1 | subject)": "x-without-intercept",
        "reaction ~ days + (-1 + days | subject)": "x-without-intercept",
        "reaction ~ days + (days || subject)": "double-bar-splits",
        "reaction ~ days + (1 | subject) + (0 + days | subject)": "double-bar-splits",
        "reaction ~ days + (1 + days||subject)": "double-bar-splits",
        "reaction ~ days * subject": "participants-are-parameters",
        "reaction ~ subject*days": "participants-are-parameters",
        "reaction ~ days + subject + days:subject": "participants-are-parameters",
        "reaction ~ scale(days) * subject": "participants-are-parameters",
    },
    "unrelated": {
        "reaction ~ days + (days | subject)": "double-bar-splits",
        "reaction ~ 1 + days + (days + 1 | subject)": "double-bar-splits",
        "reaction ~ days + (days | subject) + (1 | subject)": "double-bar-splits",
    },
    "schools": {
        "score ~ hours + (1 | school) + (1 | class)": "two-brackets-crossed",
        "score ~ hours + (1|class) + (1|school)": "two-brackets-crossed",
        "score ~ hours + (1 | class/school)": "slash-symmetric",
        "score ~ hours + (1 | class) + (1 | class:school)": "slash-symmetric",
    },
    "words": {
        "time ~ kind + (1 + kind | participant)": "averaging-removes-items",
        "time ~ kind + (kind | participant) + (kind | word)": "between-predictor-slope",
        "time ~ kind + (1 | participant/kind) + (1 | word)": "condition-nested-in-participant",
        "time ~ kind + (1 | participant) + (1 | participant:kind) + (1 | word)": (
            "condition-nested-in-participant"
        ),
    },
    "groups": {
        "value ~ group * condition + (condition | participant)": "slope-from-one-observation",
        "value ~ condition * group + (1 + condition | participant)": "slope-from-one-observation",
        "value ~ group * condition + (1 + group | participant)": "between-predictor-slope",
    },
}

# Not foreseen: the first sentence says what differs.
WRONG = {
    "sleep": {
        "reaction ~ days + (1 | subject)": "Yours has no random slope for `days` by `subject`.",
        "reaction ~ days": "Yours has no random effects by `subject`.",
        "reaction ~ 1 + (1 | subject)": "Yours has no fixed effect of `days`.",
        "reaction ~ subject + days": "Yours has no random effects by `subject`.",
        "reaction ~ 0 + days + (days | subject)": "Yours has no fixed intercept.",
        "reaction ~ days - 1 + (days | subject)": "Yours has no fixed intercept.",
        "reaction ~ days + (subject | days)": "Yours has no random effects by `subject`.",
        "reaction ~ days + (1 | days)": "Yours has no random effects by `subject`.",
        "reaction ~ days + (1 | subject/days)": (
            "Yours has no random slope for `days` by `subject`."
        ),
        "reaction ~ days + I(days^2) + (days | subject)": (
            "Yours has a fixed effect of `I(days^2)` too many."
        ),
        "log(reaction) ~ days + (days | subject)": (
            "Yours predicts `log(reaction)`, but `reaction` is to be predicted."
        ),
        "days ~ 1 + (1 | subject)": "Yours predicts `days`, but `reaction` is to be predicted.",
        "reaction ~ log(subject) + (days | subject)": "Yours has no fixed effect of `days`.",
        "reaction ~ factor(days) + (days | subject)": "Yours has no fixed effect of `days`.",
        "reaction ~ days + (days | subject) + (1 | days)": (
            "Yours has random effects by `days`, which are not wanted here."
        ),
        "reaction ~ days + (days + I(days^2) | subject)": (
            "Yours has a random slope for `I(days^2)` by `subject` too many."
        ),
    },
    "unrelated": {
        "reaction ~ days + (1 | subject)": "Yours has no random slope for `days` by `subject`.",
        "reaction ~ days + (0 + days | subject)": "Yours has no random intercept by `subject`.",
        "reaction ~ (days || subject)": "Yours has no fixed effect of `days`.",
    },
    "schools": {
        "score ~ hours + (1 | school)": "Yours has no random effects by `class:school`.",
        "score ~ hours + (1 | class)": "Yours has no random effects by `class:school`.",
        "score ~ hours + (1 | school:class)": "Yours has no random effects by `school`.",
        "score ~ hours + (hours | school/class)": (
            "Yours has a random slope for `hours` by `class:school` too many."
        ),
        "score ~ (1 | school/class)": "Yours has no fixed effect of `hours`.",
        "score ~ hours + method + (1 | school/class)": (
            "Yours has a fixed effect of `method` too many."
        ),
    },
    "unique": {
        "score ~ hours + (1 | school)": "Yours has no random effects by `class:school`.",
        "score ~ hours + (1 | class)": "Yours has no random effects by `class:school`.",
        "score ~ hours + (1 | school/pupil)": "Yours has no random effects by `class:school`.",
    },
    "words": {
        "time ~ kind + (1 | participant) + (1 | word)": (
            "Yours has no random slope for `kind` by `participant`."
        ),
        "time ~ kind + (kind | participant/word)": "Yours has no random effects by `word`.",
        "time ~ (kind | participant) + (1 | word)": "Yours has no fixed effect of `kind`.",
        "time ~ kind * word + (kind | participant)": "Yours has no random effects by `word`.",
    },
    "groups": {
        "value ~ group + condition + (1 | participant)": (
            "Yours has no fixed effect of `group:condition`."
        ),
        "value ~ group:condition + (1 | participant)": (
            "Yours has no fixed effect of `group`. Yours has no fixed effect of `condition`."
        ),
        "value ~ group * condition + (1 | group)": "Yours has no random effects by `participant`.",
        "value ~ condition + (1 | participant)": (
            "Yours has no fixed effect of `group`. Yours has no fixed effect of `group:condition`."
        ),
        "value ~ group / condition + (1 | participant)": (
            "Yours has no fixed effect of `condition`."
        ),
    },
    "linked": {
        "score ~ week + (week || participant)": (
            "Yours takes the random intercept and the random slope for `week` by `participant` as "
            "unrelated; they may be correlated."
        ),
    },
    "parted": {
        "score ~ week + (week | participant)": (
            "Yours lets the random intercept and the random slope for `week` by `participant` be "
            "correlated; they are not to be."
        ),
    },
    "story": {
        "mood ~ coffee": "Yours has no random effects by `person`.",
        "mood ~ coffee + (coffee | person)": (
            "Yours has a random slope for `coffee` by `person` too many."
        ),
        "mood ~ coffee + tea + (1 | person)": "Yours has a fixed effect of `tea` too many.",
        "coffee ~ mood + (1 | person)": "Yours predicts `coffee`, but `mood` is to be predicted.",
    },
}

# Cannot be read: which words help.
MALFORMED = {
    "sleep": {
        "": "Write a formula such as `y ~ 1 + x + (1 | group)`.",
        "days + (days | subject)": (
            "`days + (days | subject)` does not say what is predicted. Begin with the response "
            "and a tilde: `reaction` `~` …"
        ),
        "~ days + (days | subject)": (
            "`~ days + (days | subject)` does not say what is predicted. Begin with the response "
            "and a tilde: `reaction` `~` …"
        ),
        "reaction = days + (days | subject)": (
            "`reaction = days + (days | subject)` does not say what is predicted. Begin with the "
            "response and a tilde: `reaction` `~` …"
        ),
        "lmer(reaction ~ days + (days | subject), data = d)": (
            "Write the formula alone: leave `lmer(` and everything after the formula, such as "
            "`data =`, out."
        ),
        "reaction ~ days + (days | subject": (
            "This '\\(' is never closed \\(character 19 of the formula\\)\\.\n\n"
            "```text\nreaction ~ days + (days | subject\n                  ^\n```\n\n"
            "Write a '\\)' where it should end\\."
        ),
        "reaction ~ Days + (Days | subject)": (
            "There is no column `Days`. There are `reaction`, `days` and `subject`. Did you mean "
            "`days`?"
        ),
        "reaction ~ days + (days | participant)": (
            "There is no column `participant`. There are `reaction`, `days` and `subject`."
        ),
        "reaction ~ day + (day | subject)": (
            "There is no column `day`. There are `reaction`, `days` and `subject`. Did you mean "
            "`days`?"
        ),
    },
    "story": {
        "mood ~ Coffee + (1 | person)": "There is no column `Coffee`. Did you mean `coffee`?",
    },
}
