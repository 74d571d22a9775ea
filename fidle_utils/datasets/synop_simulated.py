SIMULATED_STATION = "99999"


def simulate_synop(path, years=1.7, seed=123):
    raise NotImplementedError
