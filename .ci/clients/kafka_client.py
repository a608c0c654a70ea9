import os
from kafka import KafkaConsumer, KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["KAFKA"], acks="all")
for n in range(100):  # the topic does not exist yet: the broker creates it
    producer.send("ci-kafka-python", b"%d" % n, key=b"k").get(timeout=20)
producer.close()
consumer = KafkaConsumer("ci-kafka-python", bootstrap_servers=os.environ["KAFKA"], group_id="ci", auto_offset_reset="earliest")
got = []
for record in consumer:
    got.append(int(record.value))
    if len(got) == 100:
        break
consumer.commit()
consumer.close()
assert got == list(range(100)), got
print("ok")
