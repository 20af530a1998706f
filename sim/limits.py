"""What one visitor may ask of a hosted server. Each limit has its own clear error."""

MAX_FORMULA_LENGTH = 1_000  # characters
MAX_FORMULA_DEPTH = 25  # brackets inside brackets
MAX_FORMULA_TERMS = 200  # after expansion of * / ^ ||
MAX_INTERACTION_ORDER = 4  # variables in one interaction
MAX_ROWS = 200_000
MAX_FIXED_COLUMNS = 200
MAX_RANDOM_COLUMNS = 20  # of one grouping factor
MAX_RANDOM_EFFECTS = 20_000  # columns of Z
MAX_TRAILING_COLUMNS = 4_000  # random effects beside the largest grouping factor: a dense matrix
MAX_REPLICATES = 100_000
MAX_LABEL_LENGTH = 10_000  # characters in the name of a level
MAX_UPLOAD_BYTES = 20_000_000
MAX_UPLOAD_COLUMNS = 500
MAX_FIT_SECONDS = 30.0
MAX_TASK_SECONDS = 120.0
