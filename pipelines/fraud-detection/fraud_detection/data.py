"""Makes payments, of which some are fraudulent. No data of anybody is needed, and the same seed makes the same bytes."""

import hashlib

import numpy as np
import pandas as pd

FEATURES = ["amount_usd", "account_age_days", "merchant_risk"]
"""What a request gives of a payment, in this order: US dollars, days since the account was opened, and the merchant's risk, 0 to 1."""

LABEL = "fraud"
"""1 where the payment was fraudulent, 0 otherwise."""

WEIGHTS, BIAS = (0.0021, -0.012, 3.4), -1.4
"""The log odds of fraud, by which labels are drawn. They are those of the sample model server, whose answers a trained model therefore nears."""


def probability(payments: pd.DataFrame) -> np.ndarray:
    """Returns how likely each payment is fraudulent in the world that the data is of."""
    return 1 / (1 + np.exp(-(payments[FEATURES].to_numpy(float) @ np.array(WEIGHTS) + BIAS)))


def make(rows: int, seed: int) -> pd.DataFrame:
    """Returns payments with labels. Raises ValueError for fewer than 1000 rows, of which no model can be trained and tested."""
    if rows < 1000:
        raise ValueError(f"rows is {rows}; allowed: 1000 or more; fix: --rows 40000")
    random = np.random.default_rng(seed)
    payments = pd.DataFrame({
        "amount_usd": np.round(random.lognormal(4.6, 1.2, rows), 2),
        "account_age_days": np.floor(random.exponential(400, rows)),
        "merchant_risk": np.round(random.beta(2, 4, rows), 3),
    })
    payments[LABEL] = (random.random(rows) < probability(payments)).astype(int)
    return payments


def write(payments: pd.DataFrame, path: str) -> str:
    """Writes payments to a CSV file and returns its digest, sha256: and 64 hexadecimal digits."""
    text = payments.to_csv(index=False, lineterminator="\n").encode()
    with open(path, "wb") as file:
        file.write(text)
    return "sha256:" + hashlib.sha256(text).hexdigest()


def read(path: str) -> pd.DataFrame:
    """Returns payments that were written, with the types that they had."""
    return pd.read_csv(path, dtype={name: float for name in FEATURES} | {LABEL: int})


def split(payments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Returns the payments to train with, to stop the training by, and to test with: 60, 20 and 20 of 100."""
    first, second = len(payments) * 6 // 10, len(payments) * 8 // 10
    return payments[:first], payments[first:second], payments[second:]
