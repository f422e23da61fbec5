[description]
Field values arrive as they were sent, also where an earlier one on the connection differed from them
in case alone.

[tags]
connector

[depend]
http-config

[xml]
etc/exact-values.xml
