"""Many reports overnight: a store that survives every stop, worker processes under limits, outputs that are whole or not there."""
