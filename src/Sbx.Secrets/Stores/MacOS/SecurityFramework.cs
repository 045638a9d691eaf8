using System.Runtime.InteropServices;
using System.Text;

namespace Sbx.Secrets.Stores.MacOS;

/// <summary>Keychain items (Security.framework) and the Core Foundation objects they are described with.</summary>
internal static unsafe partial class SecurityFramework
{
    public const int Success = 0;
    public const int DuplicateItem = -25299;
    public const int ItemNotFound = -25300;
    private const string Security = "/System/Library/Frameworks/Security.framework/Security";
    private const string CoreFoundation = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";
    private const uint Utf8 = 0x08000100;

    /// <summary>A constant of Security.framework, such as <c>kSecClass</c>.</summary>
    public static nint Constant(string name) => Marshal.ReadIntPtr(NativeLibrary.GetExport(NativeLibrary.Load(Security), name));

    public static nint True => Marshal.ReadIntPtr(NativeLibrary.GetExport(NativeLibrary.Load(CoreFoundation), "kCFBooleanTrue"));

    public static nint NewDictionary()
    {
        var library = NativeLibrary.Load(CoreFoundation);
        return CFDictionaryCreateMutable(
            0, 0, NativeLibrary.GetExport(library, "kCFTypeDictionaryKeyCallBacks"), NativeLibrary.GetExport(library, "kCFTypeDictionaryValueCallBacks"));
    }

    public static nint NewString(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
            return CFStringCreateWithBytes(0, start, bytes.Length, Utf8, 0);
    }

    /// <summary>Adds an object and gives up the caller's reference to it.</summary>
    public static void AddOwned(nint dictionary, string key, nint value)
    {
        CFDictionaryAddValue(dictionary, Constant(key), value);
        CFRelease(value);
    }

    public static string? Text(nint text)
    {
        if (text == 0)
            return null;
        var buffer = new byte[4096];
        fixed (byte* start = buffer)
            return CFStringGetCString(text, start, buffer.Length, Utf8) != 0 ? Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0)) : null;
    }

    [LibraryImport(Security)]
    public static partial int SecItemAdd(nint attributes, nint result);

    [LibraryImport(Security)]
    public static partial int SecItemUpdate(nint query, nint attributes);

    [LibraryImport(Security)]
    public static partial int SecItemCopyMatching(nint query, out nint result);

    [LibraryImport(Security)]
    public static partial int SecItemDelete(nint query);

    [LibraryImport(CoreFoundation)]
    public static partial nint CFDataCreate(nint allocator, byte* bytes, nint length);

    [LibraryImport(CoreFoundation)]
    public static partial byte* CFDataGetBytePtr(nint data);

    [LibraryImport(CoreFoundation)]
    public static partial nint CFDataGetLength(nint data);

    [LibraryImport(CoreFoundation)]
    public static partial void CFDictionaryAddValue(nint dictionary, nint key, nint value);

    [LibraryImport(CoreFoundation)]
    public static partial nint CFDictionaryGetValue(nint dictionary, nint key);

    [LibraryImport(CoreFoundation)]
    public static partial nint CFArrayGetCount(nint array);

    [LibraryImport(CoreFoundation)]
    public static partial nint CFArrayGetValueAtIndex(nint array, nint index);

    [LibraryImport(CoreFoundation)]
    public static partial void CFRelease(nint instance);

    [LibraryImport(CoreFoundation)]
    private static partial nint CFDictionaryCreateMutable(nint allocator, nint capacity, nint keyCallbacks, nint valueCallbacks);

    [LibraryImport(CoreFoundation)]
    private static partial nint CFStringCreateWithBytes(nint allocator, byte* bytes, nint length, uint encoding, byte isExternal);

    [LibraryImport(CoreFoundation)]
    private static partial byte CFStringGetCString(nint text, byte* buffer, nint size, uint encoding);
}
