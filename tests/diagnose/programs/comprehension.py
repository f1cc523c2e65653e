# Nothing was ever left out.
def evens(numbers):
    return [n for n in numbers if n % 2 == 0]  #! hidden COMPREHENSION: n % 2 == 0 false


evens([2, 4])
