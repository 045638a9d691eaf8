using System.Text;
using Sbx.Guest.Boot;
using Sbx.Guest.Calls;
using Sbx.Guest.Exec;
using Sbx.Guest.Native;

namespace Sbx.Guest.Egress;

/// <summary>
/// The packet filter that hands every TCP connection to the gateway and every DNS query to the stub, and refuses the rest at
/// once. Written by the iptables program that the initial file system carries, once, before the warm image is taken.
/// The filter serves programs, it is no wall: root in the sandbox may change it and gains nothing, there is no network card.
/// </summary>
internal static unsafe class CaptureRules
{
    private const string Tools = "/xtables";

    public static void Install(GuestState state)
    {
        Restore(state, "iptables-restore", Rules("127.0.0.0/8", "127.0.0.1", "icmp-port-unreachable", "icmp-admin-prohibited"));
        Restore(state, "ip6tables-restore", Rules("::1/128", "::1", "icmp6-port-unreachable", "icmp6-adm-prohibited"));
        Directory.Delete(Tools, recursive: true);
    }

    private static string Rules(string loopback, string target, string refused, string prohibited) =>
        $"""
        *nat
        :PREROUTING ACCEPT
        :INPUT ACCEPT
        :OUTPUT ACCEPT
        :POSTROUTING ACCEPT
        -A OUTPUT -d {loopback} -j RETURN
        -A OUTPUT -m addrtype --dst-type LOCAL -j RETURN
        -A OUTPUT -p udp --dport {EgressAddresses.DnsPort} -j REDIRECT --to-ports {EgressAddresses.DnsPort}
        -A OUTPUT -p tcp --dport {EgressAddresses.DnsPort} -j REDIRECT --to-ports {EgressAddresses.DnsPort}
        -A OUTPUT -p tcp -j REDIRECT --to-ports {EgressAddresses.CapturePort}
        -A PREROUTING -m addrtype --dst-type LOCAL -j RETURN
        -A PREROUTING -p udp --dport {EgressAddresses.DnsPort} -j REDIRECT --to-ports {EgressAddresses.DnsPort}
        -A PREROUTING -p tcp --dport {EgressAddresses.DnsPort} -j REDIRECT --to-ports {EgressAddresses.DnsPort}
        -A PREROUTING -p tcp -j REDIRECT --to-ports {EgressAddresses.CapturePort}
        COMMIT
        *filter
        :INPUT ACCEPT
        :FORWARD ACCEPT
        :OUTPUT ACCEPT
        -A OUTPUT -d {loopback} -j ACCEPT
        -A OUTPUT -m addrtype --dst-type LOCAL -j ACCEPT
        -A OUTPUT -o {EgressAddresses.Interface} -p udp -j REJECT --reject-with {refused}
        -A OUTPUT -o {EgressAddresses.Interface} -j REJECT --reject-with {prohibited}
        -A FORWARD -o {EgressAddresses.Interface} -p udp -j REJECT --reject-with {refused}
        -A FORWARD -o {EgressAddresses.Interface} -j REJECT --reject-with {prohibited}
        COMMIT

        """;

    // The dynamic loader by name, since its usual place does not exist here.
    private static void Restore(GuestState state, string program, string rules)
    {
        const int inputFile = 0x180;
        var path = $"{Tools}/{program}.rules";
        using (var file = new OwnedDescriptor(Descriptor.Open(path, Libc.OWriteOnly | Libc.OCreate | Libc.OTruncate, inputFile)))
            Descriptor.WriteAll(file.Value, Encoding.ASCII.GetBytes(rules));
        using var strings = new NativeStrings();
        using var input = new OwnedDescriptor(Descriptor.Open(path, Libc.OReadOnly));
        var loader = $"{Tools}/ld-linux-x86-64.so.2";
        var arguments = new SpawnArguments
        {
            Path = strings.Add(loader),
            Arguments = strings.Add([loader, "--library-path", Tools, $"{Tools}/xtables-legacy-multi", program]),
            Environment = strings.Add([$"XTABLES_LIBDIR={Tools}"]),
            WorkingDirectory = strings.Add("/"),
            Groups = strings.AddNumbers([]),
            Input = input.Value,
            // Its complaints belong on the console.
            Output = 2,
            Error = 2,
        };
        if (state.Processes.Start(&arguments, out var ended) < 0 || !ended.Wait(TimeSpan.FromSeconds(30)) || ended.Result != 0)
            BootLog.Write($"{program} failed; connections will not be captured");
    }
}
