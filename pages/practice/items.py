"""Item bank: for teachers. Browse questions, look at them, and take them to other programs."""

from pages._ui.frame import header
from pages.practice._items.browsing import browse
from pages.practice._items.finding import find
from pages.practice._items.own_files import open_own
from pages.practice._items.taking import take_away

header(
    "Item bank",
    "For teachers: every question of the quiz. Find some, look at them as a student does, and take "
    "them to Moodle, Kahoot, other programs or paper. Keys are shown after a click.",
)
own = open_own()
browse(find(own))
take_away(own)
