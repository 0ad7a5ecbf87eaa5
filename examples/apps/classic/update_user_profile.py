"""Write the source, then delete the key, so that the next reader loads what is true now.

    echo 42 ann@example.com | python update_user_profile.py

Takes the id of a user and a new address, one update a line.
"""

import json
import sys
from urllib.request import Request, urlopen

from get_user import cache, source


def update_user_profile(user_id, profile):
    request = Request(f"{source}/users/{user_id}", data=json.dumps(profile).encode(), method="PUT")
    with urlopen(request) as response:
        user = json.load(response)
    cache.delete(f"user:{user_id}")
    return user


if __name__ == "__main__":
    for line in sys.stdin:
        user_id, email = line.split()
        print(json.dumps(update_user_profile(user_id, {"email": email})), flush=True)
