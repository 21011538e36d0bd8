"""walk.py EXPRESSION START COUNT: what next-firings does, with croniter, in UTC."""

import sys
import time
from datetime import UTC, datetime

from croniter import croniter

expression, start, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
schedule = croniter(expression, datetime.fromtimestamp(start, UTC), max_years_between_matches=10)
began = time.perf_counter_ns()
for _ in range(count):
    instant = schedule.get_next(datetime)
print((time.perf_counter_ns() - began) / count, int(instant.timestamp()))
