"""The end of a test that one of its objectives has given up on."""

from itertools import count


def stop_early(plan, clock, results, ending):
    """Asks at the end of each second of the plan; to be run in a greenlet of its own.

    Not when a server reads the samples: it stops the test, by the same rule.
    """
    clock.started.wait()
    for second in count(1):
        clock.sleep_until(second)
        if second * 1000 >= plan["durationMs"]:
            return
        if results.is_broken_at(second):
            ending.stop("objective")
            return
