using System.Buffers.Binary;
using System.Text;
using Sbx.Guest.Boot;
using Sbx.Guest.Native;

namespace Sbx.Guest.Identity;

/// <summary>What makes one restored kernel different from its siblings: random pool, clock and name.</summary>
internal static unsafe class Kernel
{
    private const nuint AddToEntropyCount = 0x40085203;
    private const nuint Reseed = 0x5207;

    /// <summary>Mixes the bytes in, credits them, and reseeds the generator at once: clones share its state until then.</summary>
    public static void AddEntropy(byte[] entropy)
    {
        var pool = Descriptor.Open("/dev/random", Libc.OReadWrite);
        try
        {
            // struct rand_pool_info: bits credited, bytes, the bytes.
            var information = new byte[8 + entropy.Length];
            BinaryPrimitives.WriteInt32LittleEndian(information, entropy.Length * 8);
            BinaryPrimitives.WriteInt32LittleEndian(information.AsSpan(4), entropy.Length);
            entropy.CopyTo(information, 8);
            fixed (byte* argument = information)
                SyscallException.Check(Libc.IoControl(pool, AddToEntropyCount, argument), "add entropy");
            SyscallException.Check(Libc.IoControl(pool, Reseed, null), "reseed the random generator");
        }
        finally
        {
            _ = Libc.Close(pool);
        }
    }

    public static void SetClock(long unixNanoseconds)
    {
        const int realTime = 0;
        var time = new TimeSpec { Seconds = unixNanoseconds / 1_000_000_000, Nanoseconds = unixNanoseconds % 1_000_000_000 };
        SyscallException.Check(Libc.SetClock(realTime, &time), "set the clock");
    }

    public static void SetHostName(string name)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        fixed (byte* start = bytes)
            SyscallException.Check(Libc.SetHostName(start, bytes.Length), "set the host name");
    }
}
