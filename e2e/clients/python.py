"""One client for many seconds: it must ask for new credentials by itself when a session is over."""

import sys
import time

import boto3
from botocore.config import Config

client = boto3.client("sts", config=Config(retries={"total_max_attempts": 1}))
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    print(client.get_caller_identity()["Arn"])
    time.sleep(0.4)
