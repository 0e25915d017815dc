# packets.pl NODE LINKS PROBES: sends every packet of PROBES, one line each (`SOURCE-PORT INTERFACE PROTOCOL SOURCE DESTINATION PORT`),
# from the neighbour at that interface of NODE or from NODE itself (`-`), and prints what became of it there. LINKS is what `ip -o link` says.
#   SOURCE-PORT left INTERFACE SOURCE DESTINATION PORT       it went out by a cable, with these addresses
#   SOURCE-PORT reached SOURCE DESTINATION PORT              it was handed to the node itself; of IPv6 the destination is not told (`-`)
#   SOURCE-PORT refused                                      an ICMP error or a TCP reset went back
#   SOURCE-PORT sent                                         it came in by a cable; of the node's own packets this is not told
use strict;
use warnings;
use Errno;
use Socket qw(:DEFAULT inet_pton inet_ntop pack_sockaddr_in6 unpack_sockaddr_in6 SOCK_NONBLOCK);

my ($node, $links, $probes) = @ARGV;
# What Socket has no names for: AF_PACKET, ETH_P_ALL as it goes by cable, PACKET_OUTGOING, SO_RCVBUFFORCE; setns and CLONE_NEWNET.
my ($packetFamily, $allProtocols, $outgoing, $receiveBuffer) = (17, 0x0300, 4, 33);
my ($setns, $network) = (308, 0x40000000);
my (%namespace, %interface, %seen, @seen);

sub slurp { open(my $file, '<', $_[0]) or die "$_[0]: $!"; return <$file>; }
for (slurp($links)) { $interface{$1} = $2 if /^(\d+): ([^:@]+)/; }

# From here on sockets are of that network namespace.
sub enter {
  my ($name) = @_;
  if (!$namespace{$name}) { open($namespace{$name}, '<', "/run/netns/$name") or die "$name: $!"; }
  syscall($setns, fileno($namespace{$name}), $network) == 0 or die "setns $name: $!";
}

sub observer {
  socket(my $socket, $_[0], $_[1] | SOCK_NONBLOCK, $_[2]) or die "socket: $!";
  setsockopt($socket, SOL_SOCKET, $receiveBuffer, 64 << 20) or die "SO_RCVBUFFORCE: $!";
  return $socket;
}

# Once each; other traffic has other ports.
sub note {
  my ($port, $what) = @_;
  return if $port < 33000 or $seen{"$port $what"}++;
  push @seen, "$port $what";
}

# Protocol, source, destination and what follows of a packet of either family.
sub header {
  my ($packet) = @_;
  return () if length($packet) < 20;
  my $first = unpack('C', $packet);
  if ($first >> 4 == 4) {
    return (unpack('x9 C', $packet), inet_ntop(AF_INET, substr($packet, 12, 4)), inet_ntop(AF_INET, substr($packet, 16, 4)), substr($packet, 4 * ($first & 15)));
  }
  return () if length($packet) < 40;
  return (unpack('x6 C', $packet), inet_ntop(AF_INET6, substr($packet, 8, 16)), inet_ntop(AF_INET6, substr($packet, 24, 16)), substr($packet, 40));
}

# Whether it opens a connection: a SYN, a datagram, an echo request.
sub isFirst { return $_[0] == 17 || ($_[0] == 6 && (unpack('x13 C', $_[1]) & 0x16) == 2) || isEcho(@_); }
sub isEcho { my $kind = ord($_[1]); return ($_[0] == 1 && $kind == 8) || ($_[0] == 58 && $kind == 128); }

# An echo request's number stands for its source port, and it has no other.
sub ports { return isEcho(@_) ? (unpack('x4 n', $_[1]), 0) : unpack('n n', $_[1]); }

# What goes by on the node's interfaces: first packets on cables, and refusals, which an ICMP error quotes the packet for.
sub frame {
  my ($packet, $from) = @_;
  my (undef, undef, $index, undef, $kind) = unpack('S n l S C', $from);
  my $name = $interface{$index} // '';
  my ($protocol, $source, $destination, $rest) = header($packet) or return;
  return if length($rest) < 8;
  my ($sourcePort, $port) = ports($protocol, $rest);
  if (isFirst($protocol, $rest)) {
    if ($name ne 'lo') { note($sourcePort, $kind == $outgoing ? "left $name $source $destination $port" : 'sent'); }
  } elsif ($kind == $outgoing && $protocol == 6 && unpack('x13 C', $rest) & 4) {
    note($port, 'refused');
  } elsif ($kind == $outgoing && ($protocol == 1 && ord($rest) == 3 || $protocol == 58 && ord($rest) == 1)) {
    my ($quoted, undef, undef, $inner) = header(substr($rest, 8));
    note((ports($quoted, $inner))[0], 'refused') if length($inner // '') >= 8;
  }
}

# What the node's own TCP or UDP is handed: all that has passed INPUT, with the addresses it then has.
sub delivered {
  my ($packet, $from, $protocol, $family) = @_;
  my ($source, $destination, $rest) = ('', '-', $packet);
  if ($family == AF_INET) { (undef, $source, $destination, $rest) = header($packet); }
  else { $source = inet_ntop(AF_INET6, (unpack_sockaddr_in6($from))[1]); }
  return if length($rest) < 8 || !isFirst($protocol, $rest);
  my ($sourcePort, $port) = ports($protocol, $rest);
  note($sourcePort, "reached $source $destination $port");
}

enter($node);
my $frames = observer($packetFamily, SOCK_DGRAM, $allProtocols);
my @raw = map { my $family = $_; map { [observer($family, SOCK_RAW, $_), $_, $family] } (6, 17, $family == AF_INET ? 1 : 58) } (AF_INET, AF_INET6);

sub drain {
  while (defined(my $from = recv($frames, my $packet, 2048, 0))) { frame($packet, $from); }
  for my $raw (@raw) {
    while (defined(my $from = recv($raw->[0], my $packet, 2048, 0))) { delivered($packet, $from, $raw->[1], $raw->[2]); }
  }
}

sub checksum { my $sum = 0; $sum += $_ for @_; return ~(($sum & 0xffff) + ($sum >> 16)) & 0xffff; }

sub sendOne {
  my ($sourcePort, $interface, $protocol, $source, $destination, $port) = @_;
  my $family = $destination =~ /:/ ? AF_INET6 : AF_INET;
  my $at = sub { my $bytes = inet_pton($family, $_[0]); return $family == AF_INET ? pack_sockaddr_in($_[1], $bytes) : pack_sockaddr_in6($_[1], $bytes); };
  enter($interface eq '-' ? $node : "$node-$interface");
  my ($kind, $number) = $protocol eq 'icmp' ? (SOCK_RAW, $family == AF_INET ? 1 : 58) : ($protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0);
  socket(my $socket, $family, $kind | SOCK_NONBLOCK, $number) or die "socket: $!";
  my $own = $source eq '-' ? ($family == AF_INET ? '0.0.0.0' : '::') : $source;
  bind($socket, $at->($own, $sourcePort)) or die "bind $own $sourcePort: $!";
  # A SYN is sent once: the socket is gone before it could be sent again.
  connect($socket, $at->($destination, $port)) or $!{EINPROGRESS} or $!{ECONNREFUSED} or $!{EPERM} or print STDERR "@_: $!\n";
  send($socket, 'x', 0) if $protocol eq 'udp';
  # Of IPv6 the kernel makes the checksum.
  send($socket, pack('C C n n n', $family == AF_INET ? 8 : 128, 0, $family == AF_INET ? checksum(0x0800, $sourcePort) : 0, $sourcePort, 0), 0) if $protocol eq 'icmp';
  close($socket);
}

# Packets wait in one queue: once this one has come through, so have those before it.
sub settle {
  my ($sourcePort, $line) = @_;
  sendOne($sourcePort, split(' ', $line));
  for (1 .. 500) { drain(); return if $seen{"$sourcePort sent"}; select(undef, undef, undef, 0.01); }
  print STDERR "nothing is seen any more\n";
}

my @lines = slurp($probes);
my $last = pop @lines;
my $count = 0;
for (@lines) { sendOne(split); drain() if ++$count % 64 == 0; }
settle($_, $last) for (65001 .. 65003);
print map { "$_\n" } @seen;
