#!/usr/bin/perl
# Perl's IO::Socket::SSL as the peer of the close matrix (the command line and the scenarios are those of peer.hpp).
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::SSL;
use JSON::PP;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

my ($role, $version, $scenario, $port, $certificate, $key) = @ARGV;
my $question_size = 8;
my %seen = (peer => "Perl IO::Socket::SSL $IO::Socket::SSL::VERSION", handshake => JSON::PP::false, received => 0,
            check => 0, end => "", late => "", why => "");
$SIG{PIPE} = "IGNORE";
alarm 60;

sub finish { print JSON::PP->new->canonical->encode(\%seen), "\n"; exit 0 }
sub fail { @seen{"end", "why"} = ("error", shift); finish() }

my $line = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or fail("no connection");
setsockopt $line, IPPROTO_TCP, TCP_NODELAY, 1;
my $v = $version eq "1.3" ? "TLSv1_3" : "TLSv1_2";
my %own = $role eq "server"
    ? (SSL_server => 1, SSL_cert_file => $certificate, SSL_key_file => $key)
    : (SSL_verify_mode => SSL_VERIFY_NONE, SSL_hostname => "a.test");
my $tls = IO::Socket::SSL->start_SSL($line, SSL_version => $v, %own) or fail("handshake: $SSL_ERROR");
$seen{handshake} = JSON::PP::true;

sub read_to_end {
    while (1) {
        my $size = sysread $tls, my $part, 16384;
        fail("$!") if !defined $size;
        last if $size == 0;
        $seen{received} += $size;
        $seen{check} = ($seen{check} * 31 + ord $_) & 0xFFFFFFFF for split //, $part;
    }
    $seen{end} = $tls->errstr ? "fin" : "end";    # sysread says 0 for both
}

for (my $have = 0; $have < $question_size;) {
    my $size = sysread $tls, my $part, $question_size - $have;
    fail("no question") if !$size;
    $have += $size;
}
syswrite $tls, "answer";
if ($scenario eq "wait") {
    # Waits for the other close_notify, and says whether it came.
    $seen{end} = $tls->stop_SSL ? "close_notify" : "error";
}
read_to_end() if $scenario eq "read" || $scenario eq "late";
$seen{late} = defined(syswrite $tls, "too late") ? "written" : "refused" if $scenario eq "late";
if ($scenario eq "write") {
    my $long = substr "abcdefghijklmnopqrstuvwxyz" x 1539, 0, 40000;
    for (my $done = 0; $done < length $long;) {
        $done += syswrite($tls, $long, length($long) - $done, $done) || fail("the long text is refused");
    }
}
close $tls;
finish();
