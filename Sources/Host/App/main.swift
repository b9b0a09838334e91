print("tollkeeper")
