"""The latency that the table at the end shows, from buckets at most 0.1 % wide.

The verdict is counted from the durations themselves. The same as histogram.js.
"""

import math


class Histogram:
    def __init__(self):
        # Upper end of a bucket in microseconds -> samples in it.
        self._counts = {}
        self._total = 0
        self._censored = 0
        self._longest = 0

    def add(self, micros):
        """micros: whole, below 2^43."""
        shift = max(0, micros.bit_length() - 11)
        bucket = (((micros >> shift) + 1) << shift) - 1
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        self._total += 1
        self._longest = max(self._longest, micros)

    def add_censored(self):
        """A sample slower than all others; by how much is not known."""
        self._censored += 1

    def at(self, per_mille):
        """Nearest rank, in microseconds; inf: of a censored one; None: there is no sample. 950 is p95, 1000 the maximum."""
        n = self._total + self._censored
        if n == 0:
            return None
        rank = max(1, -(-per_mille * n // 1000))
        if rank > self._total:
            return math.inf
        for bucket in sorted(self._counts):
            rank -= self._counts[bucket]
            if rank <= 0:
                break
        return min(self._longest, bucket)
