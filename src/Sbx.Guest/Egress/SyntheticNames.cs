using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Sbx.Guest.Egress;

/// <summary>
/// Gives every asked name an IPv4 address of 198.18.0.0/15 and an IPv6 address, and finds the name again by either. The name
/// unused for longest loses its addresses when they run out. Thread-safe.
/// </summary>
internal sealed class SyntheticNames
{
    // 256 addresses at the bottom are left for the guest itself.
    private const uint First = 256;
    private const uint BaseV4 = 198u << 24 | 18u << 16;
    private const int AddressesV4 = 1 << 17;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byName = [];
    private readonly Dictionary<uint, LinkedListNode<Entry>> _byNumber = [];
    private readonly LinkedList<Entry> _byUse = new();
    private readonly int _capacity;

    public SyntheticNames(int capacity = 65536)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, AddressesV4 - 2 * (int)First);
        _capacity = capacity;
    }

    /// <summary>The addresses of a name, in lower case and without a dot at its end.</summary>
    public (IPAddress V4, IPAddress V6) Assign(string name)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var node))
            {
                Touch(node);
            }
            else
            {
                uint number;
                if (_byName.Count < _capacity)
                {
                    number = First + (uint)_byName.Count;
                }
                else
                {
                    var oldest = _byUse.First!;
                    number = oldest.Value.Number;
                    _byUse.Remove(oldest);
                    _byName.Remove(oldest.Value.Name);
                }

                node = _byUse.AddLast(new Entry(name, number));
                _byName[name] = node;
                _byNumber[number] = node;
            }

            return (ToV4(node.Value.Number), ToV6(node.Value.Number));
        }
    }

    /// <summary>Whether the address is of the synthetic ranges, whether or not a name has it.</summary>
    public static bool IsSynthetic(IPAddress address) => TryNumber(address, out _);

    /// <summary>The name that an address was given to.</summary>
    public bool TryFind(IPAddress address, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!TryNumber(address, out var number))
            return false;
        lock (_gate)
        {
            if (!_byNumber.TryGetValue(number, out var node))
                return false;
            Touch(node);
            name = node.Value.Name;
            return true;
        }
    }

    private static IPAddress ToV4(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BaseV4 + number);
        return new IPAddress(bytes);
    }

    private static IPAddress ToV6(uint number)
    {
        var bytes = EgressAddresses.OwnV6.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), number);
        return new IPAddress(bytes);
    }

    private static bool TryNumber(IPAddress address, out uint number)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            number = BinaryPrimitives.ReadUInt32BigEndian(bytes) - BaseV4;
            return number < AddressesV4;
        }

        number = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        return length == 16 && bytes[..12].SequenceEqual(EgressAddresses.OwnV6.GetAddressBytes().AsSpan(0, 12)) && number < AddressesV4;
    }

    private void Touch(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byUse.AddLast(node);
    }

    private sealed record Entry(string Name, uint Number);
}
