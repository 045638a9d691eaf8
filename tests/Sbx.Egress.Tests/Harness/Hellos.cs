using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sbx.Egress.Tests.Harness;

/// <summary>Makes TLS ClientHellos byte by byte.</summary>
internal static class Hellos
{
    /// <summary>A hello in one record, or spread over records of a size.</summary>
    public static byte[] Make(string? serverName, bool encrypted = false, int recordSize = 16384, int padding = 0, int names = 1)
    {
        var extensions = new List<byte>();
        for (var i = 0; serverName is not null && i < names; i++)
        {
            var name = Encoding.ASCII.GetBytes(serverName);
            byte[] entry = [0, .. Length(name.Length), .. name];
            Add(extensions, 0, [.. Length(entry.Length), .. entry]);
        }

        Add(extensions, 43, [2, 3, 4]);
        Add(extensions, 13, [0, 4, 4, 3, 8, 4]);
        Add(extensions, 10, [0, 2, 0, 29]);
        Add(extensions, 51, [0, 36, 0, 29, 0, 32, .. RandomNumberGenerator.GetBytes(32)]);
        if (encrypted)
            Add(extensions, 0xfe0d, RandomNumberGenerator.GetBytes(64));
        if (padding > 0)
            Add(extensions, 21, new byte[padding]);
        byte[] body = [3, 3, .. RandomNumberGenerator.GetBytes(32), 0, 0, 4, 0x13, 0x01, 0x13, 0x03, 1, 0, .. Length(extensions.Count), .. extensions];
        byte[] message = [1, 0, .. Length(body.Length), .. body];
        return [.. message.Chunk(recordSize).SelectMany(part => (byte[])[22, 3, 1, .. Length(part.Length), .. part])];
    }

    private static void Add(List<byte> extensions, int type, byte[] data) => extensions.AddRange([.. Length(type), .. Length(data.Length), .. data]);

    private static byte[] Length(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
