[description]
A connector for metrics and administration. The context of the proxy is told its port, and answers
there with nothing else.

[tags]
connector

[depend]
http

[xml]
etc/management.xml
