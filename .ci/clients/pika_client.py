import os
import pika

host, port = os.environ["AMQP"].split(":")
connection = pika.BlockingConnection(pika.ConnectionParameters(host, int(port)))
channel = connection.channel()
channel.confirm_delivery()
channel.queue_declare("ci.pika", durable=True)
for n in range(100):
    channel.basic_publish("", "ci.pika", b"%d" % n, pika.BasicProperties(delivery_mode=2), mandatory=True)
got = []
for method, _, body in channel.consume("ci.pika"):
    channel.basic_ack(method.delivery_tag)
    got.append(int(body))
    if len(got) == 100:
        break
channel.cancel()
channel.queue_delete("ci.pika")
connection.close()
assert got == list(range(100)), got
print("ok")
