"""walk.py EXPRESSION START COUNT TIMES: what next-firings does, with croniter, in UTC."""

import sys
import time
from datetime import UTC, datetime

from croniter import croniter

expression, (start, count, times) = sys.argv[1], map(int, sys.argv[2:])
schedule = croniter(expression, datetime.fromtimestamp(start, UTC), max_years_between_matches=10)
began = time.perf_counter_ns()
for _ in range(times):
    schedule.set_current(start)
    for _ in range(count):
        instant = schedule.get_next(datetime)
print((time.perf_counter_ns() - began) / (count * times), int(instant.timestamp()))
