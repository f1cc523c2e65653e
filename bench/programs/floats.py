"""Bodies that pull at each other: float arithmetic in nested loops."""

BODIES = [
    (0.0, 0.0, 0.0, 0.0, 39.47),
    (4.84, -1.16, 0.60, 2.81, 0.037),
    (8.34, 4.12, -1.01, 1.82, 0.011),
    (12.89, -15.11, 1.08, 0.86, 0.0017),
    (15.37, -25.91, 0.97, 0.59, 0.002),
]


def run():
    bodies = [[x, y, vx, vy, mass] for x, y, vx, vy, mass in BODIES]
    for _ in range(6000):
        for i, a in enumerate(bodies):
            for b in bodies[i + 1 :]:
                dx = a[0] - b[0]
                dy = a[1] - b[1]
                pull = 0.001 / (dx * dx + dy * dy + 0.01) ** 1.5
                a[2] -= dx * b[4] * pull
                a[3] -= dy * b[4] * pull
                b[2] += dx * a[4] * pull
                b[3] += dy * a[4] * pull
        for body in bodies:
            body[0] += 0.001 * body[2]
            body[1] += 0.001 * body[3]
    return bodies[0][0]
